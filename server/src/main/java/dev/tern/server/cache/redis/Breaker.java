package dev.tern.server.cache.redis;

import dev.tern.server.predict.Clock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Stops what fails as often as not, and tries now and then whether it does again. Of those who were let in each says how
 * it went, once. Any thread.
 */
final class Breaker {
    /** Commands that are looked back on. */
    private static final int WINDOW = 100;
    /** Nothing is known before so many. */
    private static final int MIN_COMMANDS = 20;

    private static final float FAILURE_PERCENT = 50;
    private static final Duration PAUSE = Duration.ofSeconds(2);
    /** Few, as each may cost a request its budget. */
    private static final int PROBES = 2;

    private static final Duration VALUES_PAUSE = Duration.ofSeconds(1);
    /** Many, as they cost no waiting, and what cannot be read is written over only by those who come across it. */
    private static final int VALUES_PROBES = 100;

    private final CircuitBreaker breaker;

    /**
     * One of commands, which fail or are late.
     *
     * @param onChange told each new state
     */
    Breaker(String name, Clock clock, Consumer<BreakerState> onChange) {
        this(name, MIN_COMMANDS, PAUSE, PROBES, clock, onChange);
    }

    /** One of values, which are there in time and cannot be read. */
    static Breaker ofValues(Clock clock, Consumer<BreakerState> onChange) {
        // All who try are waited for, not the first few of them.
        return new Breaker("values", VALUES_PROBES, VALUES_PAUSE, VALUES_PROBES, clock, onChange);
    }

    private Breaker(
            String name, int minimum, Duration pause, int probes, Clock clock, Consumer<BreakerState> onChange) {
        CircuitBreakerConfig config = CircuitBreakerConfig.custom()
                .slidingWindow(WINDOW, minimum, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(FAILURE_PERCENT)
                .waitDurationInOpenState(pause)
                .permittedNumberOfCallsInHalfOpenState(probes)
                .clock(instants(clock).withZone(ZoneOffset.UTC))
                .build();
        this.breaker = CircuitBreaker.of(name, config);
        breaker.getEventPublisher()
                .onStateTransition(event ->
                        onChange.accept(state(event.getStateTransition().getToState())));
    }

    private static InstantSource instants(Clock clock) {
        return () -> Instant.EPOCH.plusNanos(clock.nanoTime());
    }

    /** Whether a command may be sent; if so, one of the other methods is called when it has ended. */
    boolean enter() {
        return breaker.tryAcquirePermission();
    }

    void succeeded() {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    void failed() {
        breaker.onError(0, TimeUnit.NANOSECONDS, new FailedException());
    }

    /** It is not known how the command ended. */
    void undecided() {
        breaker.releasePermission();
    }

    /** There is reason to believe that it is well again: the next ones find out, without waiting. */
    void tryAgain() {
        if (breaker.getState() == State.OPEN) {
            breaker.transitionToHalfOpenState();
        }
    }

    BreakerState state() {
        return state(breaker.getState());
    }

    private static BreakerState state(State state) {
        return switch (state) {
            case CLOSED, DISABLED, METRICS_ONLY -> BreakerState.CLOSED;
            case OPEN, FORCED_OPEN -> BreakerState.OPEN;
            case HALF_OPEN -> BreakerState.HALF_OPEN;
        };
    }

    /** What Redis said, or did not say, is of no interest here. */
    private static final class FailedException extends Exception {
        FailedException() {
            super("failed", null, false, false);
        }
    }
}
