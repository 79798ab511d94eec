package dev.tern.server.batching.policy;

import dev.tern.server.batching.policy.QueuePolicy.TimeoutAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Settings, requests and execution times that follow from a seed. Times are whole steps, so that events often coincide. */
final class RandomTraffic {
    private static final long STEP = 10_000;
    private static final long MILLI = 1_000_000;

    final SchedulerSettings settings;
    final int instances;

    private final Random random;
    private final int groups;
    private final boolean padded;
    private final boolean hurried;
    private final long meanGap;
    private final long runNanos;
    private final long unitNanos;

    RandomTraffic(Random random) {
        this.random = random;
        padded = oneIn(3);
        settings = settings();
        instances = 1 + random.nextInt(3);
        groups = oneIn(2) ? 1 : 1 + random.nextInt(3);
        hurried = !oneIn(4);
        meanGap = STEP * (1 + random.nextInt(40));
        runNanos = STEP * (1 + random.nextInt(60));
        unitNanos = oneIn(3) ? 0 : random.nextInt(20_000);
    }

    private SchedulerSettings settings() {
        int max = 1 + random.nextInt(12);
        if (oneIn(8)) {
            return SchedulerSettings.unbatched(oneIn(2) ? 0 : max).withLevels(levels(), 1);
        }
        long delay = oneIn(2) ? 0 : STEP * (1 + random.nextInt(300));
        SchedulerSettings fixed = SchedulerSettings.window(max, oneIn(3) ? preferred(max) : List.of(), delay)
                .withLevels(levels(), 1)
                .withMaxPaddedUnits(padded ? 10 + random.nextInt(100) : 0)
                .withObjective(oneIn(5) ? MILLI * (1 + random.nextInt(20)) : 0, 99);
        return oneIn(6)
                ? fixed.adaptive(new AdaptiveSettings(oneIn(2) ? 0 : MILLI * (1 + random.nextInt(20)), 95))
                : fixed;
    }

    private List<Integer> preferred(int max) {
        return random.ints(1 + random.nextInt(3), 1, max + 1).distinct().boxed().toList();
    }

    private List<QueuePolicy> levels() {
        List<QueuePolicy> policies = new ArrayList<>();
        for (int i = oneIn(2) ? 1 : 1 + random.nextInt(4); i > 0; i--) {
            policies.add(new QueuePolicy(
                    oneIn(2) ? TimeoutAction.REJECT : TimeoutAction.DELAY,
                    oneIn(2) ? 0 : STEP * (1 + random.nextInt(300)),
                    oneIn(2),
                    oneIn(3) ? 1 + random.nextInt(20) : 0));
        }
        return policies;
    }

    /** Until the next request: bursts, and at times so long that what was learned is not believed any more. */
    long gapNanos() {
        if (oneIn(200)) {
            return Trust.LEAST_NANOS + STEP;
        }
        return oneIn(3) ? 0 : STEP * Math.round(-Math.log(1 - random.nextDouble()) * meanGap / STEP);
    }

    FakeRequest request(long nanos) {
        int most = Math.max(1, settings.maxBatchSize());
        int level = 1 + random.nextInt(settings.levels().size());
        FakeRequest request = FakeRequest.at(nanos)
                .rows(oneIn(20) ? 0 : oneIn(2) ? 1 : 1 + random.nextInt(most))
                .length(padded ? 1 + random.nextInt(30) : 1)
                .group(random.nextInt(groups))
                .level(level)
                .timeout(settings.policy(level).timeoutAt(nanos, STEP * random.nextInt(200)));
        return hurried && oneIn(3) ? request.deadline(nanos + later()) : request;
    }

    /** When a caller goes who does not wait for his answer; negative for one who does. */
    long patienceNanos() {
        return oneIn(6) ? later() : -1;
    }

    private long later() {
        return STEP * random.nextInt(oneIn(2) ? 100 : 1000);
    }

    /** What a run takes: about the same for as much work, but for a long pause from time to time. */
    long runNanos(long units) {
        double noise = 0.9 + 0.2 * random.nextDouble();
        long usual = Math.round((runNanos + unitNanos * units) * noise);
        return STEP * Math.max(1, (oneIn(50) ? 10 * usual : usual) / STEP);
    }

    /** How late the timer is. */
    long lateNanos() {
        return oneIn(2) ? 0 : STEP * random.nextInt(200);
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }
}
