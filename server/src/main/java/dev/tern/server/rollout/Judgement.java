package dev.tern.server.rollout;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tests of one step. What came before does not count: it was at another load.
 *
 * <p>The chance of a false alarm is shared out over all tests of the rollout. That of a miss is not: a step is passed only
 * if every signal holds, so that a candidate that is worse in one of them has to deceive that one.
 */
final class Judgement {
    private final RolloutSettings settings;
    private final boolean shadowing;
    private final Map<Signal, SequentialTest> tests = new EnumMap<>(Signal.class);
    private final long floorNanos;

    Judgement(RolloutSettings settings, Stage stage) {
        this.settings = settings;
        this.shadowing = stage.state() == RolloutState.SHADOWING;
        this.floorNanos = settings.latencyFloor().toNanos();
        stage.signals().forEach(signal -> tests.put(signal, test(signal)));
    }

    private SequentialTest test(Signal signal) {
        return switch (signal) {
            case ERRORS ->
                shadowing ? ofShare(settings.errorMargin(), settings.errorMargin()) : ofPairs(settings.errorMargin());
            case LATENCY -> ofPairs(settings.slowerMargin());
            case ANSWERS -> {
                AnswerRule rule = settings.answers().orElseThrow();
                yield ofShare(rule.allowedShare(), rule.foundShare() - rule.allowedShare());
            }
        };
    }

    private SequentialTest ofPairs(double margin) {
        return new SequentialTest(-1, 1, margin, settings.falseAlarmRate() / settings.tests(), settings.missRate());
    }

    /** Of what happens or does not, less the share that is allowed. */
    private SequentialTest ofShare(double allowed, double margin) {
        return new SequentialTest(
                -allowed, 1 - allowed, margin, settings.falseAlarmRate() / settings.tests(), settings.missRate());
    }

    /** Takes what became of a request of each version, at about the same moment. */
    void pair(long baseline, long candidate) {
        boolean baselineFailed = baseline == Outcome.FAILED;
        boolean candidateFailed = candidate == Outcome.FAILED;
        add(Signal.ERRORS, (candidateFailed ? 1 : 0) - (baselineFailed ? 1 : 0));
        if (!baselineFailed && !candidateFailed) {
            add(Signal.LATENCY, slower(baseline, candidate));
        }
    }

    /** One that was taken back is slower than what took less; nothing is known to be slower than it. */
    private double slower(long baseline, long candidate) {
        if (!Outcome.isCancelled(baseline) && isBeyond(Outcome.nanos(candidate), Outcome.nanos(baseline))) {
            return 1;
        }
        return !Outcome.isCancelled(candidate) && isBeyond(Outcome.nanos(baseline), Outcome.nanos(candidate)) ? -1 : 0;
    }

    private boolean isBeyond(long longer, long shorter) {
        return longer - shorter > settings.latencyTolerance() * shorter + floorNanos;
    }

    /** Takes what became of the copy of a request that the baseline answered. */
    void shadow(long outcome) {
        if (shadowing) {
            add(Signal.ERRORS, (outcome == Outcome.FAILED ? 1 : 0) - settings.errorMargin());
        }
        if (outcome == Outcome.WITHIN || outcome == Outcome.BEYOND) {
            settings.answers()
                    .ifPresent(rule -> add(Signal.ANSWERS, (outcome == Outcome.BEYOND ? 1 : 0) - rule.allowedShare()));
        }
    }

    private void add(Signal signal, double score) {
        SequentialTest test = tests.get(signal);
        if (test != null) {
            test.add(score);
        }
    }

    /** All that came since the last look is taken as one: what comes at one moment shares its luck. */
    void look() {
        tests.values().forEach(SequentialTest::look);
    }

    /** The step's: worse if any signal is, holding if all hold. */
    Verdict verdict() {
        boolean all = true;
        for (SequentialTest test : tests.values()) {
            if (test.verdict() == Verdict.WORSE) {
                return Verdict.WORSE;
            }
            all &= test.verdict() == Verdict.HOLDS;
        }
        return all ? Verdict.HOLDS : Verdict.UNDECIDED;
    }

    List<SignalStatus> status() {
        return tests.entrySet().stream()
                .map(each -> each.getValue().status(each.getKey()))
                .toList();
    }

    /** The evidence, in one line. */
    String describe() {
        return status().stream().map(SignalStatus::describe).collect(Collectors.joining("; "));
    }
}
