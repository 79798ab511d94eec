package dev.tern.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Share;
import dev.tern.server.rollout.Rig.Shadow;
import dev.tern.server.rollout.Rig.Side;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How rollouts go, from their start to each of their ends. */
class RolloutsTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int PLENTY = 6000;
    private static final Side FAST = Side.answering(Rig.MILLI);
    private static final Side SLOW = Side.answering(2 * Rig.MILLI);
    private static final Side BROKEN = Side.failing(Kind.INTERNAL);
    private static final Optional<AnswerRule> NEAR =
            Optional.of(new AnswerRule(0.1, Double.NEGATIVE_INFINITY, 0.01, 0.05));

    private static final Optional<AnswerRule> BY_RANK =
            Optional.of(new AnswerRule(Double.POSITIVE_INFINITY, 0.9, 0.01, 0.05));

    private final Rig rig = new Rig();

    @Test
    void aCandidateThatIsNoWorseTakesOverStepByStep() {
        rig.start(RolloutSettings.DEFAULTS);
        RolloutStatus end = rig.run(PLENTY, 1000, FAST, FAST, Shadow.EQUAL);
        assertThat(end.state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(end.percent()).isEqualTo(100);
        assertThat(rig.traffic.set)
                .containsExactly(
                        "3 over 2 of m: 0.0%, copies 10.0%",
                        "3 over 2 of m: 1.0%, copies 0.0%",
                        "3 over 2 of m: 5.0%, copies 0.0%",
                        "3 over 2 of m: 25.0%, copies 0.0%",
                        "3 over 2 of m: 50.0%, copies 0.0%",
                        "3 over 2 of m: 100.0%, copies 0.0%");
        assertThat(rig.told).hasSize(6);
        assertThat(rig.versions.observed()).isFalse();
        assertThat(rig.clock.scheduled()).as("looks to come").isZero();
    }

    @Test
    void oneThatAlwaysFailsNeverAnswersACaller() {
        rig.start(RolloutSettings.DEFAULTS);
        RolloutStatus end = rig.run(PLENTY, 1000, FAST, BROKEN, Shadow.FAILED);
        assertThat(end.state()).isEqualTo(RolloutState.STOPPED);
        assertThat(end.reason()).startsWith("errors worse (");
        assertThat(rig.highest()).isZero();
        assertThat(rig.traffic.set)
                .containsExactly("3 over 2 of m: 0.0%, copies 10.0%", "3 over 2 of m: 0.0%, copies 0.0%");
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERNAL", "UNAVAILABLE", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED"})
    void oneThatFailsOnlyUnderLoadGoesBack(Kind kind) {
        rig.start(RolloutSettings.DEFAULTS);
        RolloutStatus end = rig.run(PLENTY, 1000, FAST, Side.failing(kind), Shadow.EQUAL);
        assertThat(end.state()).isEqualTo(RolloutState.STOPPED);
        assertThat(end.percent()).isZero();
        assertThat(rig.highest()).as("found at the first step").isEqualTo(1);
        assertThat(signal(end, Signal.ERRORS).looks()).as("looks that it took").isLessThan(20);
        assertThat(rig.traffic.set).last().isEqualTo("3 over 2 of m: 0.0%, copies 0.0%");
    }

    @ParameterizedTest
    @EnumSource(names = {"INVALID_ARGUMENT", "NOT_FOUND", "UNIMPLEMENTED"})
    void whatCallersDoWrongSaysNothing(Kind kind) {
        rig.start(Rig.settings(Duration.ZERO, Duration.ofSeconds(5), 0, 50, 100));
        RolloutStatus end = rig.run(PLENTY, 100, FAST, Side.failing(kind), Shadow.EQUAL);
        assertThat(end.state()).isEqualTo(RolloutState.UNDECIDED);
        assertThat(signal(end, Signal.ERRORS).pairs()).isZero();
    }

    /** Its callers lose patience: what took longest is told as cancelled. */
    @Test
    void oneWhoseCallersGoBeforeItAnswersGoesBack() {
        rig.start(RolloutSettings.DEFAULTS);
        RolloutStatus end =
                rig.run(PLENTY, 1000, FAST, observer -> observer.failed(Kind.CANCELLED, 50 * Rig.MILLI), Shadow.EQUAL);
        assertThat(end.state()).isEqualTo(RolloutState.STOPPED);
        assertThat(end.reason()).contains("latency worse (");
        assertThat(rig.highest()).isEqualTo(1);
    }

    /** Nobody knows how long it would have taken. */
    @Test
    void callersThatGoEarlySayNothingAboutWhoIsSlower() {
        rig.start(Rig.settings(Duration.ZERO, Duration.ofSeconds(5), 0, 50, 100));
        RolloutStatus end = rig.run(PLENTY, 100, SLOW, observer -> observer.failed(Kind.CANCELLED, 1), Shadow.EQUAL);
        assertThat(signal(end, Signal.LATENCY).meanScore()).isZero();
        assertThat(signal(end, Signal.LATENCY).pairs()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"L1", "L2", "COALESCED"})
    void keptAnswersSayNothing(Origin origin) {
        rig.start(Rig.settings(Duration.ZERO, Duration.ofSeconds(5), 0, 50, 100));
        RolloutStatus end = rig.run(PLENTY, 100, observer -> observer.succeeded(origin, 1), FAST, Shadow.EQUAL);
        assertThat(end.state()).isEqualTo(RolloutState.UNDECIDED);
        assertThat(signal(end, Signal.LATENCY).pairs()).isZero();
    }

    @Test
    void aSlowerOneGoesBack() {
        rig.start(RolloutSettings.DEFAULTS);
        RolloutStatus end = rig.run(PLENTY, 1000, FAST, SLOW, Shadow.EQUAL);
        assertThat(end.state()).isEqualTo(RolloutState.STOPPED);
        assertThat(end.reason()).contains("latency worse (");
        assertThat(rig.highest()).isEqualTo(1);
    }

    @Test
    void aFasterOneTakesOver() {
        rig.start(RolloutSettings.DEFAULTS);
        assertThat(rig.run(PLENTY, 1000, SLOW, FAST, Shadow.EQUAL).state()).isEqualTo(RolloutState.COMPLETED);
    }

    @Test
    void oneThatIsSlowerByLessThanIsToleratedTakesOver() {
        rig.start(RolloutSettings.DEFAULTS);
        // A tenth of 2 ms, and 0.2 ms.
        RolloutStatus end =
                rig.run(PLENTY, 1000, SLOW, Side.answering(2 * Rig.MILLI + 4 * Rig.MILLI / 10), Shadow.EQUAL);
        assertThat(end.state()).isEqualTo(RolloutState.COMPLETED);
    }

    @Test
    void oneThatIsWorseOnlyAtHalfOfTheLoadIsFoundThere() {
        rig.start(RolloutSettings.DEFAULTS);
        while (rig.status().state().isRunning()) {
            rig.tick(1000, FAST, rig.traffic.percent < 50 ? FAST : SLOW, Shadow.EQUAL);
        }
        assertThat(rig.status().state()).isEqualTo(RolloutState.STOPPED);
        assertThat(rig.highest()).isEqualTo(50);
    }

    @Test
    void oneThatAnswersOtherwiseIsFoundByCopies() {
        rig.start(Rig.settings(Duration.ofSeconds(1), LONG, 10, NEAR, 1, 100));
        RolloutStatus end = rig.run(PLENTY, 1000, FAST, FAST, new Shadow(0.2, 1, false));
        assertThat(end.state()).isEqualTo(RolloutState.STOPPED);
        assertThat(end.reason()).contains("answers worse (");
        assertThat(rig.highest()).isZero();
    }

    @Test
    void ranksThatThereAreNoneOfEndItSoon() {
        rig.start(Rig.settings(Duration.ZERO, LONG, 10, BY_RANK, 5, 100));
        rig.tick(990, FAST, FAST, new Shadow(0, Double.NaN, false));
        assertThat(rig.status().state()).isEqualTo(RolloutState.SHADOWING);
        rig.tick(10, FAST, FAST, new Shadow(0, Double.NaN, false));
        assertThat(rig.status().state()).isEqualTo(RolloutState.UNDECIDED);
        assertThat(rig.status().reason())
                .startsWith("the first 100 answers that were compared have no rank correlation");
    }

    @Test
    void aFewAnswersWithoutARankAreNoMatter() {
        rig.start(Rig.settings(Duration.ZERO, LONG, 10, BY_RANK, 5, 100));
        rig.tick(100, FAST, FAST, Shadow.EQUAL);
        rig.tick(5000, FAST, FAST, new Shadow(0, Double.NaN, false));
        assertThat(rig.status().state()).isEqualTo(RolloutState.SHADOWING);
    }

    @Test
    void withoutRanksTheDifferenceJudgesWhereThereIsARuleForIt() {
        Optional<AnswerRule> byBoth = Optional.of(new AnswerRule(0.1, 0.9, 0.01, 0.05));
        rig.start(Rig.settings(Duration.ZERO, LONG, 10, byBoth, 5, 100));
        RolloutStatus end = rig.run(PLENTY, 5000, FAST, FAST, new Shadow(0, Double.NaN, false));
        assertThat(end.state()).as(end.reason()).isEqualTo(RolloutState.COMPLETED);
    }

    @Test
    void answersAreJudgedAtEveryStep() {
        rig.start(Rig.settings(Duration.ofSeconds(1), LONG, 10, NEAR, 5, 100));
        RolloutStatus end = rig.run(PLENTY, 1000, FAST, FAST, Shadow.EQUAL);
        assertThat(end.state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(end.signals()).extracting(SignalStatus::signal).contains(Signal.ANSWERS);
        assertThat(rig.traffic.set)
                .containsExactly(
                        "3 over 2 of m: 0.0%, copies 10.0%",
                        "3 over 2 of m: 5.0%, copies 10.0%", "3 over 2 of m: 100.0%, copies 0.0%");
    }

    @Test
    void withoutCopiesTheFirstStepIsAtOnce() {
        assertThat(rig.start(Rig.settings(Duration.ZERO, LONG, 0, 5, 100)).state())
                .isEqualTo(RolloutState.STEPPING);
        assertThat(rig.traffic.set).containsExactly("3 over 2 of m: 5.0%, copies 0.0%");
    }

    @Test
    void noStepIsShorterThanTheLeast() {
        rig.start(Rig.settings(Duration.ofMinutes(1), LONG, 0, 50, 100));
        for (int i = 0; i < 599; i++) {
            rig.tick(1000, FAST, FAST, Shadow.EQUAL);
        }
        assertThat(rig.status().signals()).allMatch(each -> each.verdict() == Verdict.HOLDS);
        assertThat(rig.status().state()).isEqualTo(RolloutState.STEPPING);
        rig.tick(1000, FAST, FAST, Shadow.EQUAL);
        assertThat(rig.status().state()).isEqualTo(RolloutState.COMPLETED);
    }

    @Test
    void whatHeldAndGetsWorseBeforeTheStepIsOverIsStopped() {
        rig.start(Rig.settings(Duration.ofMinutes(2), LONG, 0, 50, 100));
        rig.run(600, 1000, SLOW, FAST, Shadow.EQUAL);
        assertThat(rig.status().signals()).allMatch(each -> each.verdict() == Verdict.HOLDS);
        RolloutStatus end = rig.run(50, 1000, FAST, SLOW, Shadow.EQUAL);
        assertThat(end.state()).isEqualTo(RolloutState.STOPPED);
        assertThat(end.reason()).contains("latency worse");
    }

    @Test
    void tooLittleToDecideGoesBack() {
        rig.start(Rig.settings(Duration.ZERO, Duration.ofSeconds(3), 10, 5, 100));
        RolloutStatus end = rig.run(PLENTY, 0, FAST, FAST, Shadow.EQUAL);
        assertThat(end.state()).isEqualTo(RolloutState.UNDECIDED);
        assertThat(end.inStep()).isEqualTo(Duration.ofSeconds(3));
        assertThat(end.reason()).startsWith("errors undecided (0 pairs in 0 looks");
        assertThat(rig.traffic.set).last().isEqualTo("3 over 2 of m: 0.0%, copies 0.0%");
        assertThat(rig.clock.scheduled()).isZero();
    }

    @Test
    void aVersionThatGoesEndsIt() {
        rig.start(RolloutSettings.DEFAULTS);
        rig.versions.change = Optional.of("version 3 was loaded anew");
        rig.tick(10, FAST, FAST, Shadow.EQUAL);
        assertThat(rig.status().state()).isEqualTo(RolloutState.ABORTED);
        assertThat(rig.status().reason()).isEqualTo("version 3 was loaded anew");
        assertThat(rig.traffic.percent).isZero();
        assertThat(rig.versions.observed()).isFalse();
    }

    @Test
    void aChangeOfTheModelIsLookedAtAtOnce() {
        rig.start(RolloutSettings.DEFAULTS);
        rig.versions.change = Optional.of("version 3 is not served any more");
        rig.rollouts.look(Rig.MODEL);
        assertThat(rig.status().state()).isEqualTo(RolloutState.ABORTED);
        rig.rollouts.forget(Rig.MODEL);
        assertThat(refusal(() -> rig.rollouts.status(Rig.MODEL)))
                .isEqualTo("NOT_FOUND: model 'm' has had no rollout since the server started");
    }

    @Test
    void operatorsAbortIt() throws RolloutException {
        rig.start(RolloutSettings.DEFAULTS);
        assertThat(rig.rollouts.isRunning(Rig.MODEL)).isTrue();
        RolloutStatus aborted = rig.rollouts.abort(Rig.MODEL);
        assertThat(aborted.state()).isEqualTo(RolloutState.ABORTED);
        assertThat(aborted.reason()).isEqualTo("an operator aborted it");
        assertThat(rig.rollouts.isRunning(Rig.MODEL)).isFalse();
        assertThat(rig.rollouts.abort(Rig.MODEL)).as("a second time").isEqualTo(aborted);
        assertThat(rig.traffic.set).hasSize(2).last().isEqualTo("3 over 2 of m: 0.0%, copies 0.0%");
        assertThat(rig.start(RolloutSettings.DEFAULTS).state()).isEqualTo(RolloutState.SHADOWING);
    }

    @Test
    void thereIsOneAtATime() {
        rig.start(RolloutSettings.DEFAULTS);
        assertThat(refusal(() -> rig.rollouts.start(Rig.MODEL, "1", "2", RolloutSettings.DEFAULTS)))
                .isEqualTo("UNAVAILABLE: model 'm' has a rollout under way, of version 3; abort it first");
    }

    @Test
    void bothVersionsMustBeServedAndDiffer() {
        assertThat(refusal(() -> rig.rollouts.start(Rig.MODEL, "4", "", RolloutSettings.DEFAULTS)))
                .isEqualTo("NOT_FOUND: version 4 is not found");
        assertThat(refusal(() -> rig.rollouts.start(Rig.MODEL, "2", "2", RolloutSettings.DEFAULTS)))
                .isEqualTo("INVALID_ARGUMENT: the candidate and the baseline of model 'm' are both version 2; they must"
                        + " differ");
        assertThat(rig.traffic.set).isEmpty();
        assertThat(rig.clock.scheduled()).isZero();
    }

    @Test
    void theBaselineIsWhatAnswersNow() {
        rig.traffic.inForce = split("1:100,3:0");
        assertThat(rig.start("3", "", RolloutSettings.DEFAULTS).baseline()).isEqualTo(1);
    }

    @Test
    void theBaselineIsTheNewestWhereTheCandidateAnswersNowOrNothingIsSet() {
        assertThat(rig.start("3", "", RolloutSettings.DEFAULTS).baseline()).isEqualTo(2);
        rig.versions.change = Optional.of("gone");
        rig.rollouts.look(Rig.MODEL);
        rig.traffic.inForce = split("3:100");
        assertThat(rig.start("3", "", RolloutSettings.DEFAULTS).baseline()).isEqualTo(2);
    }

    @Test
    void aThirdVersionThatGetsRequestsIsInTheWay() {
        rig.traffic.inForce = split("1:5,2:95");
        assertThat(refusal(() -> rig.rollouts.start(Rig.MODEL, "3", "", RolloutSettings.DEFAULTS)))
                .isEqualTo(
                        "INVALID_ARGUMENT: the split of model 'm' gives version '1' a weight of 5.0, and a rollout is"
                                + " between two versions: 3, the candidate, and 2, the baseline; set a split of those first");
        assertThat(rig.traffic.set).isEmpty();
        rig.traffic.inForce = split("1:0,2:95,3:5");
        assertThat(rig.start("3", "", RolloutSettings.DEFAULTS).baseline()).isEqualTo(2);
    }

    private static TrafficSettings split(String shares) {
        return TrafficSettings.NONE.withSplit(Stream.of(shares.split(",", -1))
                .map(share -> share.split(":", -1))
                .map(share -> new Share(share[0], Double.parseDouble(share[1])))
                .toList());
    }

    @Test
    void copiesOfOtherVersionsSayNothing() {
        rig.start(Rig.settings(Duration.ZERO, LONG, 10, 5, 100));
        for (int i = 0; i < 100; i++) {
            rig.rollouts.compared(Rig.MODEL, 1, 3, 0, 1, true);
            rig.rollouts.compared(Rig.MODEL, 2, 1, 0, 1, true);
            rig.rollouts.compared("other", 2, 3, 0, 1, true);
        }
        rig.tick(0, FAST, FAST, Shadow.EQUAL);
        assertThat(signal(rig.status(), Signal.ERRORS).pairs()).isZero();
    }

    @Test
    void outcomesThatComeTooFastAreCounted() {
        rig.start(Rig.settings(Duration.ofMinutes(1), LONG, 0, 50, 100));
        rig.tick(2 * Intake.CAPACITY + 20, FAST, FAST, Shadow.EQUAL);
        assertThat(rig.status().droppedOutcomes()).isEqualTo(20);
        assertThat(signal(rig.status(), Signal.ERRORS).pairs()).isEqualTo(Intake.CAPACITY);
    }

    @Test
    void aServerThatEndsLooksNoMore() {
        Rig ending = new Rig(task -> {
            throw new RejectedExecutionException();
        });
        ending.start(RolloutSettings.DEFAULTS);
        ending.tick(10, FAST, FAST, Shadow.EQUAL);
        assertThat(ending.status().state()).isEqualTo(RolloutState.SHADOWING);
        assertThat(ending.clock.scheduled()).isZero();
    }

    private static SignalStatus signal(RolloutStatus status, Signal signal) {
        List<SignalStatus> found = status.signals().stream()
                .filter(each -> each.signal() == signal)
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static String refusal(ThrowingCallable call) {
        RolloutException refused = catchThrowableOfType(RolloutException.class, call);
        return refused.failure().kind() + ": " + refused.failure().message();
    }
}
