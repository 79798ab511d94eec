package dev.tern.server.batching.policy;

import java.util.List;

/**
 * What a free instance is to do.
 *
 * @param batch what runs together now, in order; empty to wait
 * @param crowdedLevel the level of which the batch took along all that go at once, and left more behind; 0 if none
 * @param lookAgainNanos when to decide again if nothing arrives before; {@link Waiting#NO_DEADLINE} if never
 */
public record Choice<E>(List<E> batch, int crowdedLevel, long lookAgainNanos) {
    static <E> Choice<E> run(List<E> batch, int crowdedLevel) {
        return new Choice<>(batch, crowdedLevel, Waiting.NO_DEADLINE);
    }

    static <E> Choice<E> waitUntil(long nanos) {
        return new Choice<>(List.of(), 0, nanos);
    }
}
