package dev.tern.server.sharedmemory;

import dev.tern.server.predict.Failure;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.UnreadableException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A range of an open file. The file stays open while somebody holds a reference, the registry's own among them: requests
 * under way end well although their region is unregistered. Any thread.
 *
 * <p>Its client may change the bytes, or cut the file off, at any moment.
 */
final class Region {
    private static final Logger LOG = LoggerFactory.getLogger(Region.class);

    /** So much at a time, where the JDK copies by way of a buffer that it keeps for the thread. */
    private static final int PIECE_BYTES = 128 << 10;

    private static final AtomicLong OPEN = new AtomicLong();

    private final RegionStatus status;
    private final FileChannel file;
    private final Runnable closed;
    private final AtomicInteger references = new AtomicInteger(1);

    /** With one reference, the caller's; {@code file} is closed with the last, and {@code closed} run then. */
    Region(RegionStatus status, FileChannel file, Runnable closed) {
        this.status = status;
        this.file = file;
        this.closed = closed;
        OPEN.incrementAndGet();
    }

    /** How many have a reference left. */
    static long open() {
        return OPEN.get();
    }

    RegionStatus status() {
        return status;
    }

    /** Takes one more reference; false once the last one is gone. */
    boolean retain() {
        return references.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    void release() {
        int left = references.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("region '" + status.name() + "' released more often than retained");
        }
        if (left == 0) {
            close();
        }
    }

    private void close() {
        OPEN.decrementAndGet();
        try {
            file.close();
        } catch (IOException e) {
            // Nobody who gives a reference back could do anything about it.
            LOG.warn("The file of a shared memory region could not be closed", e);
        } finally {
            closed.run();
        }
    }

    /** Whether its file has all of its bytes, one at least. */
    boolean isInFile() {
        try {
            long offset = status.offset();
            long byteSize = status.byteSize();
            return offset >= 0 && byteSize > 0 && byteSize <= file.size() - offset;
        } catch (IOException e) {
            return false;
        }
    }

    /** Refuses a place that is not within this region. */
    void check(Place place) throws RegionException {
        if (place.offset() < 0 || place.offset() >= status.byteSize()) {
            throw RegionException.invalid("Invalid offset for shared memory region: '" + status.name() + "'");
        }
        if (place.byteSize() < 0 || place.byteSize() > status.byteSize() - place.offset()) {
            throw RegionException.invalid(
                    "Invalid offset + byte size for shared memory region: '" + status.name() + "'");
        }
    }

    /**
     * Fills {@code dst} with what is there now from {@code from} on, which is within the region.
     *
     * @throws UnreadableException if the file ends before, or cannot be read
     */
    void read(long from, ByteBuffer dst) {
        long at = status.offset() + from;
        int end = dst.limit();
        while (dst.position() < end) {
            int piece = dst.isDirect() ? end : Math.min(end, dst.position() + PIECE_BYTES);
            int count = read(dst.limit(piece), at);
            dst.limit(end);
            if (count <= 0) {
                throw new UnreadableException(cutOff());
            }
            at += count;
        }
    }

    private int read(ByteBuffer dst, long at) {
        try {
            return file.read(dst, at);
        } catch (IOException e) {
            throw new UnreadableException("shared memory region '" + status.name() + "' cannot be read", e);
        }
    }

    /**
     * Puts all bytes of {@code data} at {@code from}, where the region has room for them. Not if its file has none any more;
     * a file that is cut off while they are written is made longer again.
     */
    void write(long from, Payload data) throws RegionException {
        try {
            if (file.size() - status.offset() - from < data.size()) {
                throw RegionException.invalid(cutOff());
            }
            data.writeTo(new Writer(status.offset() + from));
        } catch (IOException e) {
            throw new RegionException(new Failure(
                    Failure.Kind.INTERNAL, "shared memory region '" + status.name() + "' cannot be written", e));
        }
    }

    /** Writes to the file from a place on. */
    private final class Writer extends OutputStream {
        private long at;

        Writer(long at) {
            this.at = at;
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            ByteBuffer left = ByteBuffer.wrap(bytes, from, length);
            int end = left.limit();
            while (left.position() < end) {
                left.limit(Math.min(end, left.position() + PIECE_BYTES));
                at += file.write(left, at);
                left.limit(end);
            }
        }
    }

    private String cutOff() {
        return "the file of shared memory region '" + status.name() + "' is shorter than it was when it was registered";
    }
}
