package dev.tern.server.batching.policy;

import java.util.List;

/**
 * What a free instance is to do.
 *
 * @param batch what runs together now, in order; empty to wait
 * @param lookAgainNanos when to decide again if nothing arrives before; {@link Waiting#NO_DEADLINE} if never
 */
public record Choice<E>(List<E> batch, long lookAgainNanos) {
    static <E> Choice<E> run(List<E> batch) {
        return new Choice<>(batch, Waiting.NO_DEADLINE);
    }

    static <E> Choice<E> waitUntil(long nanos) {
        return new Choice<>(List.of(), nanos);
    }
}
