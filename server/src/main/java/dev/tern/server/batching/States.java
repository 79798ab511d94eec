package dev.tern.server.batching;

import dev.tern.server.batching.policy.AdaptiveSettings;
import dev.tern.server.batching.policy.AdaptiveWindow;
import dev.tern.server.batching.policy.ExecutionTimes;
import dev.tern.server.batching.policy.Plan;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.predict.SchedulingState;
import dev.tern.server.predict.SchedulingState.Adaptive;
import dev.tern.server.predict.SchedulingState.RunTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts what is known of a queue into words for operators. */
final class States {
    private States() {}

    /** To be called under the queue's lock. */
    static SchedulingState of(
            SchedulerSettings settings,
            ExecutionTimes times,
            @Nullable AdaptiveWindow window,
            int queued,
            long nowNanos) {
        AdaptiveSettings adaptive = settings.adaptive();
        return new SchedulingState(
                queued,
                settings.objectiveNanos(),
                times.curve().stream()
                        .map(point -> new RunTime(
                                point.units(), point.expectedNanos(), point.meanMeasuredNanos(), point.runs()))
                        .toList(),
                times.meanAbsoluteError(),
                times.unitsPerSecond(),
                window == null || adaptive == null
                        ? Optional.empty()
                        : Optional.of(adaptive(adaptive, window, nowNanos)));
    }

    private static Adaptive adaptive(AdaptiveSettings settings, AdaptiveWindow window, long nowNanos) {
        Plan plan = window.plan(nowNanos);
        AdaptiveWindow.Status status = window.status();
        return new Adaptive(
                settings.percentile(),
                plan.rowsToWaitFor(),
                plan.windowNanos(),
                plan.maxRows(),
                status.predictedNanos(),
                status.rowsPerSecond(),
                status.callers());
    }
}
