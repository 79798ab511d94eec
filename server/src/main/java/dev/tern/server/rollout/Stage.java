package dev.tern.server.rollout;

import java.util.List;

/**
 * One step of a rollout, at which the candidate is judged.
 *
 * @param state while it is under way
 * @param percent of the requests that the candidate answers
 * @param shadowPercent of those that the baseline answers, which are copied to it
 * @param signals it is judged by
 */
record Stage(RolloutState state, double percent, double shadowPercent, List<Signal> signals) {
    Stage {
        signals = List.copyOf(signals);
    }
}
