package dev.tern.server.rollout;

import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Share;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rollouts of all models, one at a time of each. Operators call on any thread and wait for a look that is under way,
 * which is short; outcomes are told on any thread without waiting. While a rollout is under way, all are looked at ten
 * times a second, on the control thread. Of each model the last one is remembered, until the model or the server goes.
 */
public final class Rollouts {
    private static final Logger LOG = LoggerFactory.getLogger(Rollouts.class);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServedVersions served;
    private final TrafficControl traffic;
    private final RolloutObserver observer;
    private final Clock clock;
    private final Executor control;
    private final RandomGenerator random;

    /** Those under way. */
    private final ConcurrentMap<String, Rollout> running = new ConcurrentHashMap<>();

    /** How each model's last one ended: numbers and words, which hold no version open. */
    private final ConcurrentMap<String, RolloutStatus> ended = new ConcurrentHashMap<>();

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
     * @throws RolloutException if a version is not served, the model has a rollout under way, or a third version gets some
     *     of its requests
     */
    public synchronized RolloutStatus start(String model, String candidate, String baseline, RolloutSettings settings)
            throws RolloutException {
        refuseWhileRunning(model);
        TrafficSettings inForce = traffic.inForce(model);
        ServedPair versions = find(model, candidate, baseline, inForce);
        if (versions.baseline() == versions.candidate()) {
            throw new RolloutException(Failure.invalid("the candidate and the baseline of model '" + model
                    + "' are both version " + versions.candidate() + "; they must differ"));
        }
        refuseThirds(model, versions, inForce);
        long now = clock.nanoTime();
        Rollout rollout = new Rollout(model, settings, versions, traffic, inForce.shadow(), observer, random, now);
        running.put(model, rollout);
        if (!ticking) {
            ticking = true;
            schedule();
        }
        begin(model, rollout, now);
        return rollout.status();
    }

    /** What fails here the operator is told; nothing of the rollout stays. */
    private void begin(String model, Rollout rollout, long now) {
        try {
            rollout.begin(now);
        } catch (RuntimeException | Error e) {
            end(model, rollout, now);
            settle(model, rollout);
            throw e;
        }
    }

    private void refuseWhileRunning(String model) throws RolloutException {
        Rollout before = running.get(model);
        if (before != null) {
            throw RolloutException.underWay("model '" + model + "' has a rollout under way, of version "
                    + before.status().candidate() + "; abort it first");
        }
    }

    /** A rollout is between two: it would take a third version's requests away, and not give them back. */
    private static void refuseThirds(String model, ServedPair versions, TrafficSettings inForce)
            throws RolloutException {
        for (Share each : inForce.split()) {
            if (each.weight() > 0 && !versions.includes(each.version())) {
                throw new RolloutException(Failure.invalid("the split of model '" + model + "' gives version '"
                        + each.version() + "' a weight of " + each.weight()
                        + ", and a rollout is between two versions: " + versions.candidate() + ", the candidate, and "
                        + versions.baseline() + ", the baseline; set a split of those first"));
            }
        }
    }

    private ServedPair find(String model, String candidate, String baseline, TrafficSettings inForce)
            throws RolloutException {
        ServedPair found = served.find(model, candidate, baseline.isEmpty() ? mostly(inForce) : baseline);
        // Most requests may go to the candidate already.
        return baseline.isEmpty() && found.baseline() == found.candidate() ? served.find(model, candidate, "") : found;
    }

    /** The version that most requests go to; empty where nothing is set. */
    private static String mostly(TrafficSettings inForce) {
        return inForce.split().stream()
                .max(Comparator.comparingDouble(Share::weight))
                .map(Share::version)
                .orElse("");
    }

    /**
     * The last rollout of a model, under way or over.
     *
     * @throws RolloutException if there was none
     */
    public RolloutStatus status(String model) throws RolloutException {
        Rollout rollout = running.get(model);
        RolloutStatus status = rollout == null ? ended.get(model) : rollout.status();
        if (status == null) {
            throw new RolloutException(
                    Failure.of(Kind.NOT_FOUND, "model '" + model + "' has had no rollout since the server started"));
        }
        return status;
    }

    /**
     * Ends a rollout: the candidate gets no requests any more. One that is over stays as it ended.
     *
     * @throws RolloutException if there was none
     */
    public synchronized RolloutStatus abort(String model) throws RolloutException {
        Rollout rollout = running.get(model);
        if (rollout != null) {
            try {
                rollout.abort("an operator aborted it", clock.nanoTime());
            } finally {
                settle(model, rollout);
            }
        }
        return status(model);
    }

    /** Whether a rollout of the model is under way. */
    public boolean isRunning(String model) {
        return running.containsKey(model);
    }

    /**
     * Has somebody else change the model's traffic, unless a rollout sets it; none begins meanwhile.
     *
     * @param change quick: others wait for it
     * @return whether it was made
     */
    public synchronized boolean unlessRunning(String model, Runnable change) {
        boolean free = !isRunning(model);
        if (free) {
            change.run();
        }
        return free;
    }

    /**
     * The copy of a request that the baseline answered was answered by the candidate, or failed there. Any thread, quick.
     *
     * @param meanAbsolute difference of the two answers; no number where there is none to tell
     * @param rankCorrelation of the two answers; no number where there is none
     */
    public void compared(
            String model, long baseline, long candidate, double meanAbsolute, double rankCorrelation, boolean failed) {
        Rollout rollout = running.get(model);
        if (rollout != null && rollout.isOf(baseline, candidate)) {
            rollout.compared(meanAbsolute, rankCorrelation, failed);
        }
    }

    /** What is served of a model has changed: looks at once whether its rollout can go on. */
    public synchronized void look(String model) {
        Rollout rollout = running.get(model);
        if (rollout != null) {
            look(model, rollout);
        }
    }

    /** A model is known no more, nor is its last rollout. */
    public synchronized void forget(String model) {
        look(model);
        Rollout unended = running.remove(model);
        ended.remove(model);
        if (unended != null) {
            LOG.warn("Model '{}' went while its rollout was under way", model);
        }
    }

    /** Whatever goes wrong with one, the others are looked at. */
    private void look(String model, Rollout rollout) {
        long now = clock.nanoTime();
        try {
            rollout.tick(now);
        } catch (RuntimeException | Error e) {
            LOG.error("Model '{}': its rollout failed and is ended", model, e);
            end(model, rollout, now);
        }
        settle(model, rollout);
    }

    private static void end(String model, Rollout rollout, long now) {
        try {
            rollout.abort("it failed by a defect of the server", now);
        } catch (RuntimeException | Error e) {
            LOG.error("Model '{}': its rollout could not be ended; the next look tries again", model, e);
        }
    }

    /** In this order: who finds none under way finds how it ended. */
    private void settle(String model, Rollout rollout) {
        if (!rollout.isRunning()) {
            ended.put(model, rollout.status());
            running.remove(model);
        }
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
        try {
            List.copyOf(running.keySet()).forEach(this::look);
        } finally {
            ticking = !running.isEmpty();
            if (ticking) {
                schedule();
            }
        }
    }
}
