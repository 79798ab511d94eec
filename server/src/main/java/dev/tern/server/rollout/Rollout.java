package dev.tern.server.rollout;

import dev.tern.server.predict.TrafficSettings.Shadow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One rollout, from its first step to its end. Any thread tells outcomes and asks; all else happens one at a time. */
final class Rollout {
    private static final Logger LOG = LoggerFactory.getLogger(Rollout.class);
    private static final double NONE = 0;
    private static final double ALL = 100;
    private static final String NO_RANKS = "the first " + RankWatch.ENOUGH + " answers that were compared have no rank"
            + " correlation, which takes an output with 3 numbers or more that are not all equal: judge them by"
            + " the mean difference";

    private final String model;
    private final RolloutSettings settings;
    private final ServedPair versions;
    private final TrafficControl traffic;
    private final Shadow shadowBefore;
    private final RolloutObserver observer;
    private final List<Stage> stages;
    private final Intake ofBaseline = new Intake();
    private final Intake ofCandidate = new Intake();
    private final Intake shadows = new Intake();
    private final RankWatch ranks = new RankWatch();
    private final Pairing pairing;
    private int stage;
    private Judgement judgement;
    private long stepStartNanos;

    /** Why it was to be ended; empty before. What could not be ended is not judged any more. */
    /** Of a rollout that fails before it has, all is left as it was. */
    private boolean changedTraffic;

    private String abortReason = "";

    private volatile RolloutStatus status;

    /**
     * Nothing happens before {@link #begin}.
     *
     * @param shadowBefore is put back at the end
     */
    Rollout(
            String model,
            RolloutSettings settings,
            ServedPair versions,
            TrafficControl traffic,
            Shadow shadowBefore,
            RolloutObserver observer,
            RandomGenerator random,
            long nowNanos) {
        this.model = model;
        this.settings = settings;
        this.versions = versions;
        this.traffic = traffic;
        this.shadowBefore = shadowBefore;
        this.observer = observer;
        this.pairing = new Pairing(random);
        this.stages = settings.stages();
        this.judgement = new Judgement(settings, stages.get(0));
        this.stepStartNanos = nowNanos;
        this.status = status(stages.get(0).state(), "", stages.get(0).percent(), nowNanos);
    }

    void begin(long nowNanos) {
        versions.observe(ofBaseline, ofCandidate);
        enter("", nowNanos);
    }

    /** Looks at what has come, and acts on it. */
    void tick(long nowNanos) {
        if (!isRunning()) {
            return;
        }
        if (!abortReason.isEmpty()) {
            abort(abortReason, nowNanos);
            return;
        }
        Optional<String> change = versions.change();
        if (change.isPresent()) {
            end(RolloutState.ABORTED, change.get(), NONE, nowNanos);
            return;
        }
        judge();
        decide(nowNanos);
    }

    private void judge() {
        long[] baseline = ofBaseline.take();
        long[] candidate = ofCandidate.take();
        if (stages.get(stage).state() == RolloutState.STEPPING) {
            pairing.add(baseline, candidate, judgement::pair);
        }
        for (long outcome : shadows.take()) {
            judgement.shadow(outcome);
        }
        judgement.look();
    }

    private void decide(long nowNanos) {
        long inStepNanos = nowNanos - stepStartNanos;
        Verdict verdict = judgement.verdict();
        if (verdict == Verdict.WORSE) {
            end(RolloutState.STOPPED, judgement.describe(), NONE, nowNanos);
        } else if (verdict == Verdict.HOLDS
                && !ranks.isVain()
                && inStepNanos >= settings.minStep().toNanos()) {
            advance(nowNanos);
        } else if (ranks.isVain()) {
            end(RolloutState.UNDECIDED, NO_RANKS, NONE, nowNanos);
        } else if (inStepNanos >= settings.maxStep().toNanos()) {
            end(RolloutState.UNDECIDED, judgement.describe(), NONE, nowNanos);
        } else {
            status = status(status.state(), status.reason(), status.percent(), nowNanos);
        }
    }

    private void advance(long nowNanos) {
        String evidence = judgement.describe();
        if (stage + 1 == stages.size()) {
            end(RolloutState.COMPLETED, evidence, ALL, nowNanos);
            return;
        }
        stage++;
        enter(evidence, nowNanos);
    }

    /** Begins the stage with nothing known: what came before it was at another load. */
    private void enter(String evidence, long nowNanos) {
        Stage next = stages.get(stage);
        judgement = new Judgement(settings, next);
        stepStartNanos = nowNanos;
        changedTraffic = true;
        traffic.set(model, versions.baseline(), versions.candidate(), next.percent(), shadow(next));
        ofBaseline.take();
        ofCandidate.take();
        shadows.take();
        publish(status(next.state(), evidence, next.percent(), nowNanos));
    }

    private Shadow shadow(Stage of) {
        return of.shadowPercent() > 0
                ? new Shadow(Long.toString(versions.candidate()), of.shadowPercent())
                : Shadow.NONE;
    }

    private void end(RolloutState state, String reason, double percent, long nowNanos) {
        if (changedTraffic) {
            traffic.set(model, versions.baseline(), versions.candidate(), percent, shadowBefore);
        }
        versions.stopObserving();
        publish(status(state, reason, percent, nowNanos));
    }

    /** Ends it, if it is under way; where that fails, the next {@link #tick} tries again. */
    void abort(String why, long nowNanos) {
        if (isRunning()) {
            abortReason = abortReason.isEmpty() ? why : abortReason;
            end(RolloutState.ABORTED, abortReason, NONE, nowNanos);
        }
    }

    /** The copy of a request that the baseline answered was answered, or failed. Any thread. */
    void compared(double meanAbsolute, double rankCorrelation, boolean failed) {
        if (isRunning()) {
            boolean byRank = settings.answers().map(AnswerRule::isOfRanksAlone).orElse(false);
            if (byRank && !failed && Double.isFinite(meanAbsolute)) {
                ranks.told(rankCorrelation);
            }
            shadows.add(
                    failed
                            ? Outcome.FAILED
                            : settings.answers()
                                    .map(rule -> rule.judge(meanAbsolute, rankCorrelation))
                                    .orElse(Outcome.NOT_COMPARED));
        }
    }

    /** Whether it is one between these. */
    boolean isOf(long baseline, long candidate) {
        return versions.baseline() == baseline && versions.candidate() == candidate;
    }

    boolean isRunning() {
        return status.state().isRunning();
    }

    RolloutStatus status() {
        return status;
    }

    private RolloutStatus status(RolloutState state, String reason, double percent, long nowNanos) {
        return new RolloutStatus(
                model,
                versions.baseline(),
                versions.candidate(),
                state,
                reason,
                percent,
                settings.steps(),
                Duration.ofNanos(nowNanos - stepStartNanos),
                judgement.status(),
                ofBaseline.dropped() + ofCandidate.dropped() + shadows.dropped());
    }

    private void publish(RolloutStatus next) {
        status = next;
        LOG.info(
                "Model '{}': rollout of version {} over version {}: {}, {}% of the requests{}",
                model,
                next.candidate(),
                next.baseline(),
                next.state().word(),
                next.percent(),
                next.reason().isEmpty() ? "" : ", as " + next.reason());
        observer.changed(next);
    }
}
