package dev.tern.server.rollout;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.OutcomeObserver;
import dev.tern.server.testing.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A rollout of version 3 over version 2, and the traffic that follows from what it sets: in each tick so many requests,
 * shared out by the weights without any chance, of which each side's outcomes are what the test says.
 */
final class Rig {
    static final Duration TICK = Duration.ofMillis(100);
    static final String MODEL = "m";
    static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    final FakeClock clock = new FakeClock();
    final FakeTraffic traffic = new FakeTraffic();
    final FakeVersions versions = new FakeVersions();
    final List<RolloutStatus> told = new ArrayList<>();
    final Rollouts rollouts;

    /** What becomes of the requests of one version. */
    interface Side {
        /** Tells what became of a request. */
        void request(OutcomeObserver observer);

        static Side answering(long nanos) {
            return observer -> observer.succeeded(Origin.MODEL, nanos);
        }

        static Side failing(Failure.Kind kind) {
            return observer -> observer.failed(kind, MILLI);
        }
    }

    /** What becomes of a copy. */
    record Shadow(double meanAbsolute, double rankCorrelation, boolean failed) {
        static final Shadow EQUAL = new Shadow(0, 1, false);
        static final Shadow FAILED = new Shadow(Double.NaN, Double.NaN, true);
    }

    Rig() {
        this(Runnable::run);
    }

    Rig(Executor control) {
        this(control, new SplittableRandom(1));
    }

    Rig(Executor control, RandomGenerator random) {
        rollouts = new Rollouts(versions, traffic, told::add, clock, control, random);
    }

    RolloutStatus start(RolloutSettings settings) {
        return start("3", "2", settings);
    }

    RolloutStatus start(String candidate, String baseline, RolloutSettings settings) {
        try {
            return rollouts.start(MODEL, candidate, baseline, settings);
        } catch (RolloutException e) {
            throw new AssertionError(e);
        }
    }

    RolloutStatus status() {
        try {
            return rollouts.status(MODEL);
        } catch (RolloutException e) {
            throw new AssertionError(e);
        }
    }

    /** One tick with {@code requests}, all of them answered before it. */
    void tick(int requests, Side baseline, Side candidate, Shadow shadow) {
        tick(requests, baseline, candidate, () -> shadow);
    }

    /** As that, each copy coming to something of its own. */
    void tick(int requests, Side baseline, Side candidate, Supplier<Shadow> shadows) {
        int ofCandidate = (int) Math.round(requests * traffic.percent / 100);
        tell(versions.ofBaseline, baseline, requests - ofCandidate);
        tell(versions.ofCandidate, candidate, ofCandidate);
        int copies = (int) Math.round((requests - ofCandidate) * traffic.shadow.percent() / 100);
        for (int i = 0; i < copies; i++) {
            Shadow shadow = shadows.get();
            rollouts.compared(MODEL, 2, 3, shadow.meanAbsolute(), shadow.rankCorrelation(), shadow.failed());
        }
        clock.advance(TICK.toNanos());
    }

    private static void tell(@Nullable OutcomeObserver observer, Side side, int requests) {
        for (int i = 0; observer != null && i < requests; i++) {
            side.request(observer);
        }
    }

    /** Ticks until the rollout is over, or so many. */
    RolloutStatus run(int ticks, int requests, Side baseline, Side candidate, Shadow shadow) {
        for (int i = 0; i < ticks && status().state().isRunning(); i++) {
            tick(requests, baseline, candidate, shadow);
        }
        return status();
    }

    /** The highest share that the candidate was ever given. */
    double highest() {
        return told.stream().mapToDouble(RolloutStatus::percent).max().orElse(0);
    }

    /** The usual settings but for these. */
    static RolloutSettings settings(Duration minStep, Duration maxStep, double shadowPercent, double... steps) {
        return settings(minStep, maxStep, shadowPercent, Optional.empty(), steps);
    }

    static RolloutSettings settings(
            Duration minStep, Duration maxStep, double shadowPercent, Optional<AnswerRule> answers, double... steps) {
        RolloutSettings usual = RolloutSettings.DEFAULTS;
        List<Double> all = new ArrayList<>();
        for (double step : steps) {
            all.add(step);
        }
        return new RolloutSettings(
                all,
                minStep,
                maxStep,
                usual.falseAlarmRate(),
                usual.missRate(),
                usual.errorMargin(),
                usual.slowerMargin(),
                usual.latencyTolerance(),
                usual.latencyFloor(),
                answers,
                shadowPercent);
    }
}
