package dev.tern.server.boot.meters;

import dev.tern.server.cache.CacheObserver;
import dev.tern.server.cache.local.Evicted;
import dev.tern.server.cache.local.LocalObserver;
import dev.tern.server.telemetry.CacheRecorder;
import dev.tern.server.telemetry.CacheSpaceRecorder;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Passes on what the response cache does for one model version to its recorders. */
public final class CacheVersionMeters implements CacheObserver, LocalObserver, AutoCloseable {
    private final CacheRecorder recorder;
    private final CacheSpaceRecorder space;
    private volatile BooleanSupplier counted = () -> true;
    private volatile LongConsumer missTook = nanos -> {};

    CacheVersionMeters(CacheRecorder recorder, CacheSpaceRecorder space) {
        this.recorder = recorder;
        this.space = space;
    }

    /** Counts while {@code version} does; what is kept is counted always. */
    public void countedWith(VersionMeters version) {
        counted = version::isCounted;
        missTook = version::missTook;
    }

    /** Whether what happens at this moment is counted. */
    public boolean isCounted() {
        return counted.getAsBoolean();
    }

    @Override
    public void hit(long nanos) {
        if (counted.getAsBoolean()) {
            recorder.hit(nanos);
        }
    }

    @Override
    public void missed(long nanos) {
        if (counted.getAsBoolean()) {
            recorder.missed(nanos);
            missTook.accept(nanos);
        }
    }

    @Override
    public void foundFar() {
        // Redis' side counts it.
    }

    @Override
    public void kept(boolean fits, long nanos) {
        if (!counted.getAsBoolean()) {
            return;
        }
        missTook.accept(nanos);
        if (fits) {
            recorder.kept(nanos);
        } else {
            recorder.tooLarge();
        }
    }

    @Override
    public void rows(int near, int far, int computed, int repeated) {
        if (counted.getAsBoolean()) {
            recorder.rows(near, far, computed, repeated);
        }
    }

    @Override
    public void coalesced() {
        if (counted.getAsBoolean()) {
            recorder.coalesced();
        }
    }

    @Override
    public void bypassed() {
        if (counted.getAsBoolean()) {
            recorder.bypassed();
        }
    }

    @Override
    public void refreshed() {
        if (counted.getAsBoolean()) {
            recorder.refreshed();
        }
    }

    @Override
    public void spared() {
        if (counted.getAsBoolean()) {
            recorder.spared();
        }
    }

    @Override
    public void changed(int entries, long bytes) {
        space.changed(entries, bytes);
    }

    @Override
    public void evicted(Evicted cause) {
        space.evicted(cause);
    }

    @Override
    public void close() {
        recorder.close();
        space.close();
    }
}
