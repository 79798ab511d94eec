package dev.tern.server.tracing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files with traces, each a JSON array that is whole whenever no trace is being written: one with all of them, or, for those
 * with a log frequency, one more after so many, by number. A thread of its own writes; what was there before is replaced.
 */
final class TraceFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TraceFiles.class);

    private static final int MOST_WAITING = 4096;
    private static final long PATIENCE_SECONDS = 5;

    private static final byte[] BEGIN = "[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BETWEEN = ",".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n]\n".getBytes(StandardCharsets.US_ASCII);

    private final Path path;
    private final Consumer<Trace> written;
    private final BlockingQueue<Trace> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Thread thread;
    private volatile boolean closed;

    // Of the thread.

    private @Nullable FileChannel file;

    /** The number in the name of {@link #file}; -1 if it has none. */
    private int number = -1;

    /** Traces in {@link #file}. */
    private int count;

    /** In the file that comes next. */
    private int nextNumber;

    /** Whether the file with all was begun by this process, which then goes on with it. */
    private boolean hasPlain;

    private boolean hasFailed;

    /** @param written is told of each trace that is done with, on the thread that writes */
    TraceFiles(Path path, ThreadFactory threads, Consumer<Trace> written) {
        this.path = path;
        this.written = written;
        this.thread = threads.newThread(this::writeAll);
        thread.start();
    }

    Path path() {
        return path;
    }

    /** Has {@code trace} written; false if too many wait. */
    boolean offer(Trace trace) {
        return !closed && waiting.offer(trace);
    }

    private void writeAll() {
        try {
            while (!closed || !waiting.isEmpty()) {
                Trace trace = waiting.poll(1, TimeUnit.SECONDS);
                if (trace != null) {
                    write(trace);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeFile();
        }
    }

    private void write(Trace trace) {
        try {
            int frequency = trace.sampler().settings().logFrequency();
            FileChannel to = fileFor(frequency);
            append(to, TraceJson.of(trace));
            count++;
            hasFailed = false;
        } catch (IOException | RuntimeException e) {
            if (!hasFailed) {
                LOG.warn("Traces cannot be written to {}", path, e);
            }
            hasFailed = true;
        } finally {
            written.accept(trace);
        }
    }

    private FileChannel fileFor(int frequency) throws IOException {
        FileChannel open = file;
        boolean fits = frequency == 0 ? number < 0 : number >= 0 && count < frequency;
        return open != null && fits ? open : next(frequency > 0);
    }

    private FileChannel next(boolean isNumbered) throws IOException {
        closeFile();
        number = isNumbered ? nextNumber++ : -1;
        count = 0;
        Path next = isNumbered ? path.resolveSibling(path.getFileName() + "." + number) : path;
        Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        if (isNumbered || !hasPlain) {
            options.add(StandardOpenOption.TRUNCATE_EXISTING);
        }
        FileChannel open = FileChannel.open(next, options);
        hasPlain |= !isNumbered;
        file = open;
        return open;
    }

    private static void append(FileChannel to, byte[] json) throws IOException {
        boolean isFirst = to.size() == 0;
        byte[] lead = isFirst ? BEGIN : BETWEEN;
        ByteBuffer all = ByteBuffer.allocate(lead.length + json.length + END.length);
        all.put(lead).put(json).put(END).flip();
        long at = isFirst ? 0 : to.size() - END.length;
        while (all.hasRemaining()) {
            at += to.write(all, at);
        }
    }

    private void closeFile() {
        FileChannel open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.warn("A file with traces could not be closed", e);
            }
        }
    }

    /** When all that waited is written, or has taken too long. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
