package dev.tern.server.rollout;

import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The rollouts of all models, one at a time of each. Operators call on any thread and wait for a look that is under way,
 * which is short; outcomes are told on any thread without waiting. While a rollout is under way, all are looked at ten
 * times a second, on the control thread. Of each model the last one is remembered, until the model or the server goes.
 */
public final class Rollouts {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServedVersions served;
    private final TrafficControl traffic;
    private final RolloutObserver observer;
    private final Clock clock;
    private final Executor control;
    private final RandomGenerator random;
    private final ConcurrentMap<String, Rollout> rollouts = new ConcurrentHashMap<>();
    private boolean ticking;

    /**
     * Without any rollout, and nothing scheduled.
     *
     * @param control the thread that looks
     * @param random draws pairs; used by one thread at a time
     */
    public Rollouts(
            ServedVersions served,
            TrafficControl traffic,
            RolloutObserver observer,
            Clock clock,
            Executor control,
            RandomGenerator random) {
        this.served = served;
        this.traffic = traffic;
        this.observer = observer;
        this.clock = clock;
        this.control = control;
        this.random = random;
    }

    /**
     * Begins a rollout.
     *
     * @param candidate a version that is served, by number or label
     * @param baseline likewise; empty for the one that answers most requests now
     * @return the rollout at its first step
     * @throws RolloutException if a version is not served or the model has a rollout under way
     */
    public synchronized RolloutStatus start(String model, String candidate, String baseline, RolloutSettings settings)
            throws RolloutException {
        refuseWhileRunning(model);
        ServedPair versions = find(model, candidate, baseline);
        if (versions.baseline() == versions.candidate()) {
            throw new RolloutException(Failure.invalid("the candidate and the baseline of model '" + model
                    + "' are both version " + versions.candidate() + "; they must differ"));
        }
        long now = clock.nanoTime();
        Rollout rollout = new Rollout(model, settings, versions, traffic, observer, random, now);
        rollouts.put(model, rollout);
        rollout.begin(now);
        if (!ticking) {
            ticking = true;
            schedule();
        }
        return rollout.status();
    }

    private void refuseWhileRunning(String model) throws RolloutException {
        Rollout before = rollouts.get(model);
        if (before != null && before.isRunning()) {
            throw RolloutException.underWay("model '" + model + "' has a rollout under way, of version "
                    + before.status().candidate() + "; abort it first");
        }
    }

    private ServedPair find(String model, String candidate, String baseline) throws RolloutException {
        ServedPair found = served.find(model, candidate, baseline.isEmpty() ? traffic.mostly(model) : baseline);
        // Most requests may go to the candidate already.
        return baseline.isEmpty() && found.baseline() == found.candidate() ? served.find(model, candidate, "") : found;
    }

    /**
     * The last rollout of a model, under way or over.
     *
     * @throws RolloutException if there was none
     */
    public RolloutStatus status(String model) throws RolloutException {
        return find(model).status();
    }

    /**
     * Ends a rollout: the candidate gets no requests any more. One that is over stays as it ended.
     *
     * @throws RolloutException if there was none
     */
    public synchronized RolloutStatus abort(String model) throws RolloutException {
        Rollout rollout = find(model);
        rollout.abort("an operator aborted it", clock.nanoTime());
        return rollout.status();
    }

    private Rollout find(String model) throws RolloutException {
        Rollout rollout = rollouts.get(model);
        if (rollout == null) {
            throw new RolloutException(
                    Failure.of(Kind.NOT_FOUND, "model '" + model + "' has had no rollout since the server started"));
        }
        return rollout;
    }

    /** Whether a rollout of the model is under way, so that nobody else should set its traffic. */
    public boolean isRunning(String model) {
        Rollout rollout = rollouts.get(model);
        return rollout != null && rollout.isRunning();
    }

    /**
     * The copy of a request that the baseline answered was answered by the candidate, or failed there. Any thread, quick.
     *
     * @param meanAbsolute difference of the two answers; no number where there is none to tell
     * @param rankCorrelation of the two answers; no number where there is none
     */
    public void compared(
            String model, long baseline, long candidate, double meanAbsolute, double rankCorrelation, boolean failed) {
        Rollout rollout = rollouts.get(model);
        if (rollout != null && rollout.isOf(baseline, candidate)) {
            rollout.compared(meanAbsolute, rankCorrelation, failed);
        }
    }

    /** What is served of a model has changed: looks at once whether its rollout can go on. */
    public synchronized void look(String model) {
        Rollout rollout = rollouts.get(model);
        if (rollout != null) {
            rollout.tick(clock.nanoTime());
        }
    }

    /** A model is known no more, nor is its last rollout. */
    public synchronized void forget(String model) {
        look(model);
        rollouts.remove(model);
    }

    private void schedule() {
        clock.schedule(clock.nanoTime() + TICK_NANOS, this::handOver);
    }

    /** On the timer's thread. */
    private void handOver() {
        try {
            control.execute(this::tick);
        } catch (RejectedExecutionException e) {
            // The server is ending, and its rollouts with it.
            return;
        }
    }

    private synchronized void tick() {
        long now = clock.nanoTime();
        try {
            rollouts.values().forEach(each -> each.tick(now));
        } finally {
            // Whatever goes wrong with one, the others are looked at again.
            ticking = rollouts.values().stream().anyMatch(Rollout::isRunning);
            if (ticking) {
                schedule();
            }
        }
    }
}
