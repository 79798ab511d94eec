package dev.tern.server.rollout;

import java.time.Duration;
import java.util.List;

/**
 * A rollout at one moment.
 *
 * @param reason why it is in this state, with the evidence; empty before the first step is over
 * @param percent of the requests that name no version, which the candidate gets
 * @param steps that there are, in percent
 * @param inStep how long the step has been under way, or was when it ended
 * @param signals what the step is judged by; as it was at the end of one that is over
 * @param droppedOutcomes that came faster than they are looked at, since the start
 */
public record RolloutStatus(
        String model,
        long baseline,
        long candidate,
        RolloutState state,
        String reason,
        double percent,
        List<Double> steps,
        Duration inStep,
        List<SignalStatus> signals,
        long droppedOutcomes) {
    public RolloutStatus {
        steps = List.copyOf(steps);
        signals = List.copyOf(signals);
    }
}
