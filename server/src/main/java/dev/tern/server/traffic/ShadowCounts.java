package dev.tern.server.traffic;

import dev.tern.server.predict.Failure;
import dev.tern.server.traffic.ShadowState.Differences;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What came of the copies that one candidate got. Any thread. */
final class ShadowCounts {
    private final long candidate;
    private final ShadowObserver observer;
    private final LongAdder dropped = new LongAdder();

    private final Map<Failure.Kind, Long> failures = new EnumMap<>(Failure.Kind.class);
    private final Map<String, DifferenceSums> outputs = new HashMap<>();
    private final DifferenceSums answers = new DifferenceSums();
    private long compared;
    private long incomparable;
    private long primaryNanos;
    private long candidateNanos;

    ShadowCounts(long candidate, ShadowObserver observer) {
        this.candidate = candidate;
        this.observer = observer;
    }

    /** Its number. */
    long candidate() {
        return candidate;
    }

    void dropped() {
        dropped.increment();
        observer.ended(ShadowOutcome.DROPPED);
    }

    /** A request was not copied, as the candidate is not served any more. */
    void unserved() {
        observer.ended(ShadowOutcome.UNSERVED);
    }

    /** A copy was not answered, by whoever's fault: {@code outcome} says. */
    void failed(Failure.Kind kind, ShadowOutcome outcome) {
        observer.ended(outcome);
        synchronized (this) {
            failures.merge(kind, 1L, Long::sum);
        }
    }

    /** A copy was answered; {@code worst} is {@code comparison}'s. */
    void compared(AnswerComparison comparison, ComparedAnswer worst) {
        observer.ended(ShadowOutcome.of(worst));
        if (worst.isComparable()) {
            observer.compared(worst);
        }
        add(comparison, worst);
    }

    private synchronized void add(AnswerComparison comparison, ComparedAnswer worst) {
        if (!worst.isComparable()) {
            incomparable++;
            return;
        }
        compared++;
        primaryNanos += worst.primaryNanos();
        candidateNanos += worst.candidateNanos();
        answers.add(worst.meanAbsolute(), worst.maxAbsolute(), worst.rankCorrelation());
        for (OutputDifference each : comparison.outputs()) {
            outputs.computeIfAbsent(each.output(), name -> new DifferenceSums())
                    .add(each.meanAbsolute(), each.maxAbsolute(), each.rankCorrelation());
        }
    }

    synchronized ShadowState state() {
        Map<String, Differences> byOutput = new HashMap<>();
        outputs.forEach((name, sums) -> byOutput.put(name, sums.differences()));
        return new ShadowState(
                candidate,
                compared,
                incomparable,
                failures,
                dropped.sum(),
                0,
                answers.differences(),
                byOutput,
                (double) primaryNanos / Math.max(1, compared),
                (double) candidateNanos / Math.max(1, compared));
    }

    void close() {
        observer.close();
    }
}
