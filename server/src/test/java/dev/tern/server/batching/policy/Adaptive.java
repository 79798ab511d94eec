package dev.tern.server.batching.policy;

import dev.tern.server.batching.policy.AdaptiveWindow.Plan;

/** The adaptive mode wired into a {@link ServerModel}, as the server has it. */
final class Adaptive implements ServerModel.Rule {
    final ExecutionTimes times;
    final AdaptiveWindow window;
    int replans;

    Adaptive(AdaptiveSettings settings, int maxRows, int instances) {
        times = new ExecutionTimes(maxRows);
        window = new AdaptiveWindow(settings, maxRows, instances, times);
    }

    @Override
    public long goAt(int rows, long oldest, long now) {
        Plan plan = window.plan(now);
        return rows >= plan.rowsToWaitFor() ? now : oldest + plan.windowNanos();
    }

    @Override
    public int cap(int rows, long now) {
        return window.plan(now).maxRows();
    }

    @Override
    public void arrived(long now) {
        window.arrived(1, now);
        if (window.due(now)) {
            window.replan(now);
            replans++;
        }
    }

    @Override
    public void ran(int rows, long start, long end) {
        times.observe(rows, end - start);
        window.answered(rows, end);
    }
}
