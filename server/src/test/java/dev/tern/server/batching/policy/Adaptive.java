package dev.tern.server.batching.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongBinaryOperator;

/** The adaptive mode wired into a {@link ServerModel}, as the server has it. */
final class Adaptive implements ServerModel.Rule {
    private static final int MIDDLE = 16;
    private static final int LARGE = 64;

    final ExecutionTimes times;
    final AdaptiveWindow window;
    final Set<Plan> plansSeen = new HashSet<>();
    long last;
    private final List<Learned> learned = new ArrayList<>();

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
            plansSeen.add(window.plan(now));
        }
        last = now;
    }

    @Override
    public void ran(int rows, long start, long end) {
        times.observe(rows, end - start);
        window.answered(rows, end);
        learned.add(new Learned(end, times.expectedNanos(1), times.expectedNanos(MIDDLE), times.expectedNanos(LARGE)));
    }

    /** When the learned curve had come within a tenth of {@code factor} times {@code run}, after {@code since}. */
    long curveRightAt(LongBinaryOperator run, double factor, long since) {
        return learned.stream()
                .filter(each -> each.at > since
                        && near(each.one, factor * run.applyAsLong(1, 0))
                        && near(each.middle, factor * run.applyAsLong(MIDDLE, 0))
                        && near(each.large, factor * run.applyAsLong(LARGE, 0)))
                .mapToLong(Learned::at)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private static boolean near(long nanos, double right) {
        return Math.abs(nanos - right) < right / 10;
    }

    private record Learned(long at, long one, long middle, long large) {}
}
