package dev.tern.bench.lifecycle;

import dev.tern.bench.figures.NotMeasuredException;
import dev.tern.bench.models.BenchModels;
import dev.tern.bench.run.WindowWatch;
import dev.tern.bench.target.HostPort;
import dev.tern.bench.target.Target;
import dev.tern.bench.target.TargetException;
import dev.tern.bench.target.TargetSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Changes which of a model's two versions is served, over and over while a window is measured. */
final class Reloader implements WindowWatch, AutoCloseable {
    /** For {@code config.pbtxt}: both versions are served. */
    static final String BOTH = "version_policy { all {} }\n";

    private static final Duration PERIOD = Duration.ofSeconds(2);

    private final Target target;
    private final Path repository;
    private final ScheduledExecutorService hand = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "tern-bench-reloader");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable Future<?> reloading;
    private volatile @Nullable Exception failure;
    private final LongSupplier memory;
    private final List<Long> memories = new CopyOnWriteArrayList<>();
    private int reloads;
    private long nanos;

    /** What was done in a window. */
    record Done(int reloads, double meanMillis) {}

    /** @param memory bytes that the server has in memory at a moment; asked after every reload */
    Reloader(HostPort server, Path repository, LongSupplier memory) {
        this.target = Target.connect(new TargetSettings(server, 1, 1, Duration.ZERO, false));
        this.repository = repository;
        this.memory = memory;
    }

    /** What the server had in memory two seconds after its n-th reload, in bytes; empty if there were not enough. */
    OptionalLong memoryAfter(int n) {
        return n < memories.size() ? OptionalLong.of(memories.get(n)) : OptionalLong.empty();
    }

    /** Before a window: both versions are there, so that each can be asked for its answers. */
    void begin() throws IOException {
        load(BOTH);
        reloads = 0;
        nanos = 0;
    }

    /** One version goes at once, which is no reload; each that follows loads the one that is not there. */
    @Override
    public void began() {
        Future<?> unused = hand.submit(() -> attempt("2"));
        reloading = hand.scheduleAtFixedRate(this::reload, PERIOD.toNanos(), PERIOD.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void ended() {
        if (reloading != null) {
            reloading.cancel(false);
        }
    }

    /**
     * After a window; blocks until the last reload has ended, and both versions are served.
     *
     * @throws NotMeasuredException when a reload failed
     */
    Done done() throws IOException {
        try {
            // Behind a reload that is under way.
            hand.submit(() -> {
                        load(BOTH);
                        return null;
                    })
                    .get();
        } catch (ExecutionException e) {
            throw new NotMeasuredException("a reload failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (failure != null || !(reloading != null && reloading.isCancelled())) {
            throw new NotMeasuredException("a reload failed: " + failure);
        }
        return new Done(reloads, reloads == 0 ? Double.NaN : nanos / 1e6 / reloads);
    }

    /** On the thread for it; after a failure there are no more, and it is told in the end. */
    private void reload() {
        if (failure != null) {
            return;
        }
        noteMemory();
        long began = System.nanoTime();
        attempt(Integer.toString(1 + reloads % 2));
        nanos += System.nanoTime() - began;
        reloads++;
    }

    /** Of the reload before: what it replaced has gone by now. */
    private void noteMemory() {
        try {
            memories.add(memory.getAsLong());
        } catch (TargetException e) {
            failure = e;
        }
    }

    private void attempt(String version) {
        try {
            load("version_policy { specific { versions: " + version + " } }\n");
        } catch (IOException | TargetException e) {
            failure = e;
        }
    }

    private void load(String policy) throws IOException {
        BenchModels.configure(repository, Reloads.MODEL, policy);
        target.load(Reloads.MODEL);
    }

    @Override
    public void close() {
        hand.shutdownNow();
        target.close();
    }
}
