package dev.tern.server.telemetry;

/**
 * The closed lists that outcomes come from, so that every series is there from the start, at 0.
 *
 * @param failures what an answer can be besides success
 * @param refusals why a request is not let into a queue
 * @param drops why a request leaves a queue without a run
 * @param evictions why a kept answer is kept no more
 */
public record Outcomes(
        Class<? extends Enum<?>> failures,
        Class<? extends Enum<?>> refusals,
        Class<? extends Enum<?>> drops,
        Class<? extends Enum<?>> evictions) {}
