package dev.tern.server.rpc;

import dev.tern.proto.admin.v1.Rollout;
import dev.tern.proto.admin.v1.RolloutSignal;
import dev.tern.proto.admin.v1.StartRolloutRequest;
import dev.tern.server.rollout.AnswerRule;
import dev.tern.server.rollout.RolloutSettings;
import dev.tern.server.rollout.RolloutState;
import dev.tern.server.rollout.RolloutStatus;
import dev.tern.server.rollout.SignalStatus;
import dev.tern.server.rollout.Verdict;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Rollouts as messages. */
final class RolloutMessages {
    private RolloutMessages() {}

    /**
     * What a request asks for, the rest by default.
     *
     * @throws IllegalArgumentException if a value is not allowed
     */
    static RolloutSettings settings(StartRolloutRequest request) {
        RolloutSettings usual = RolloutSettings.DEFAULTS;
        return new RolloutSettings(
                request.getStepsCount() == 0 ? usual.steps() : request.getStepsList(),
                request.hasMinStepMs() ? Duration.ofMillis(request.getMinStepMs()) : usual.minStep(),
                request.hasMaxStepMs() ? Duration.ofMillis(request.getMaxStepMs()) : usual.maxStep(),
                request.hasFalseAlarmRate() ? request.getFalseAlarmRate() : usual.falseAlarmRate(),
                request.hasMissRate() ? request.getMissRate() : usual.missRate(),
                request.hasErrorMargin() ? request.getErrorMargin() : usual.errorMargin(),
                request.hasSlowerMargin() ? request.getSlowerMargin() : usual.slowerMargin(),
                request.hasLatencyTolerance() ? request.getLatencyTolerance() : usual.latencyTolerance(),
                request.hasLatencyFloorUs()
                        ? Duration.of(request.getLatencyFloorUs(), ChronoUnit.MICROS)
                        : usual.latencyFloor(),
                answers(request),
                request.hasShadowPercent() ? request.getShadowPercent() : usual.shadowPercent());
    }

    private static Optional<AnswerRule> answers(StartRolloutRequest request) {
        if (!request.hasMaxMeanAbsoluteDifference() && !request.hasMinRankCorrelation()) {
            if (request.hasAllowedShare() || request.hasFoundShare()) {
                throw new IllegalArgumentException(
                        "allowed share, found share: given (expected: together with a max mean"
                                + " absolute difference or a min rank correlation)");
            }
            return Optional.empty();
        }
        return Optional.of(new AnswerRule(
                request.hasMaxMeanAbsoluteDifference()
                        ? request.getMaxMeanAbsoluteDifference()
                        : Double.POSITIVE_INFINITY,
                request.hasMinRankCorrelation() ? request.getMinRankCorrelation() : Double.NEGATIVE_INFINITY,
                request.hasAllowedShare() ? request.getAllowedShare() : AnswerRule.ALLOWED_SHARE,
                request.hasFoundShare() ? request.getFoundShare() : AnswerRule.FOUND_SHARE));
    }

    static Rollout of(RolloutStatus status) {
        Rollout.Builder rollout = Rollout.newBuilder()
                .setModel(status.model())
                .setBaseline(status.baseline())
                .setCandidate(status.candidate())
                .setState(of(status.state()))
                .setReason(status.reason())
                .setPercent(status.percent())
                .addAllSteps(status.steps())
                .setInStepMs(status.inStep().toMillis())
                .setDroppedOutcomes(status.droppedOutcomes());
        status.signals().forEach(signal -> rollout.addSignals(of(signal)));
        return rollout.build();
    }

    private static RolloutSignal of(SignalStatus status) {
        return RolloutSignal.newBuilder()
                .setSignal(status.signal().word())
                .setVerdict(of(status.verdict()))
                .setPairs(status.pairs())
                .setLooks(status.looks())
                .setMeanScore(status.meanScore())
                .setMargin(status.margin())
                .setWorse(status.worse())
                .setWorseAt(status.worseAt())
                .setHolds(status.holds())
                .setHoldsAt(status.holdsAt())
                .build();
    }

    private static Rollout.State of(RolloutState state) {
        return switch (state) {
            case SHADOWING -> Rollout.State.STATE_SHADOWING;
            case STEPPING -> Rollout.State.STATE_STEPPING;
            case COMPLETED -> Rollout.State.STATE_COMPLETED;
            case STOPPED -> Rollout.State.STATE_STOPPED;
            case UNDECIDED -> Rollout.State.STATE_UNDECIDED;
            case ABORTED -> Rollout.State.STATE_ABORTED;
        };
    }

    private static RolloutSignal.Verdict of(Verdict verdict) {
        return switch (verdict) {
            case UNDECIDED -> RolloutSignal.Verdict.VERDICT_UNDECIDED;
            case HOLDS -> RolloutSignal.Verdict.VERDICT_HOLDS;
            case WORSE -> RolloutSignal.Verdict.VERDICT_WORSE;
        };
    }
}
