package dev.tern.server.boot.meters;

import dev.tern.server.batching.BatchObserver;
import dev.tern.server.batching.policy.Dropped;
import dev.tern.server.batching.policy.Refusal;
import dev.tern.server.engine.PaddingObserver;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.RunTimes;
import dev.tern.server.predict.ServingStatistics;
import dev.tern.server.statistics.VersionCounts;
import dev.tern.server.telemetry.ModelRecorder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes on what happens to one model version to its recorder and its statistics. */
public final class VersionMeters implements BatchObserver, PaddingObserver, AutoCloseable {
    private final ModelRecorder recorder;
    private final VersionCounts counts;
    private final Consumer<VersionMeters> onClose;
    private volatile boolean counted = true;

    VersionMeters(ModelRecorder recorder, VersionCounts counts, Consumer<VersionMeters> onClose) {
        this.recorder = recorder;
        this.counts = counts;
        this.onClose = onClose;
    }

    @Override
    public void waited(long nanos) {
        if (counted) {
            recorder.queued(nanos);
        }
    }

    @Override
    public void executed(int requests, int rows, long nanos, boolean succeeded) {
        if (!counted) {
            return;
        }
        if (succeeded) {
            recorder.executed(rows, nanos);
        } else {
            recorder.executionFailed();
        }
    }

    @Override
    public void computed(int requests, int rows, long queuedNanos, int batchSize, RunTimes times) {
        if (counted) {
            counts.ran(requests, rows, queuedNanos, batchSize, times);
        }
    }

    @Override
    public void refused(Refusal.Reason reason) {
        if (counted) {
            recorder.refused(reason);
        }
    }

    @Override
    public void dropped(Dropped.Reason reason) {
        if (counted) {
            recorder.dropped(reason);
        }
    }

    @Override
    public void joined(long real, long padding) {
        if (counted) {
            recorder.joined(real, padding);
        }
    }

    @Override
    public void terminated() {
        if (counted) {
            recorder.executionTerminated();
        }
    }

    @Override
    public void runnerReplaced() {
        recorder.runnerReplaced();
    }

    void answered(Failure.@Nullable Kind failure, long nanos) {
        if (failure == null) {
            recorder.succeeded(nanos);
        } else {
            recorder.failed(failure);
        }
    }

    /** A request was answered, {@code nanos} after it was begun with. Any thread. */
    public void succeeded(Origin origin, long nanos) {
        if (counted) {
            counts.succeeded(origin, nanos);
        }
    }

    /** A request failed, {@code nanos} after it was begun with. Any thread. */
    public void failed(Failure.Kind kind, long nanos) {
        if (counted) {
            counts.failed(kind, nanos);
        }
    }

    /** So long took a look-up that found nothing, or the keeping of an answer. */
    void missTook(long nanos) {
        if (counted) {
            counts.missTook(nanos);
        }
    }

    /** What was counted since the version was loaded. Any thread. */
    public ServingStatistics statistics() {
        return counts.sum();
    }

    VersionCounts counts() {
        return counts;
    }

    /** Whether what happens from now on is counted. */
    void count(boolean isCounted) {
        counted = isCounted;
    }

    /** Whether what happens now is counted; any thread. */
    public boolean isCounted() {
        return counted;
    }

    void ready(boolean ready) {
        recorder.ready(ready);
    }

    @Override
    public void close() {
        onClose.accept(this);
        recorder.close();
    }
}
