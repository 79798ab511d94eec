package dev.tern.server.telemetry;

/**
 * The closed lists that outcomes come from, so that every series is there from the start, at 0.
 *
 * @param lookUps what asking Redis for a key can come to
 * @param writes what writing an answer can
 * @param rubbish why what Redis has is no answer
 */
public record RedisOutcomes(
        Class<? extends Enum<?>> lookUps, Class<? extends Enum<?>> writes, Class<? extends Enum<?>> rubbish) {}
