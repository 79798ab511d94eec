package dev.tern.client;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * When a call that failed is sent again. Only {@link TernClient#infer infer} and the metadata calls are: an inference
 * changes nothing on the server, so running it twice is harmless. Readiness and health are never asked twice, and a
 * request of a sequence (parameter {@code sequence_id}) needs a client with {@link #none()}.
 *
 * <p>A call is sent again when it failed with {@code UNAVAILABLE}, after a random wait that grows with each attempt; or
 * when the server says so by the trailer {@code grpc-retry-pushback-ms}, after the wait it names, whatever the status
 * (this is how {@code RESOURCE_EXHAUSTED} of an overloaded server is retried, and only this way). A negative pushback
 * forbids the retry. When many calls fail, a token bucket stops the retries until calls succeed again. The deadline
 * bounds all attempts together. With several targets the next attempt usually goes to another one. gRPC does all of this, by
 * its service config.
 */
public final class RetryPolicy {
    private static final String SERVICE = "inference.GRPCInferenceService";
    private static final List<String> METHODS = List.of("ModelInfer", "ModelMetadata", "ModelConfig", "ServerMetadata");
    private static final int MOST_ATTEMPTS = 10;

    private final int maxAttempts;
    private final Duration initialBackoff;
    private final Duration maxBackoff;

    private RetryPolicy(int maxAttempts, Duration initialBackoff, Duration maxBackoff) {
        this.maxAttempts = maxAttempts;
        this.initialBackoff = initialBackoff;
        this.maxBackoff = maxBackoff;
    }

    /** Every call is sent at most once; gRPC's own retries of calls that no server has seen are off, too. */
    public static RetryPolicy none() {
        return new RetryPolicy(1, Duration.ofMillis(10), Duration.ofMillis(500));
    }

    /**
     * At most {@code maxAttempts} attempts, the first among them, with waits around 10 ms, 20 ms, ... 500 ms, give or take a
     * fifth.
     *
     * @param maxAttempts from 2 to 10
     */
    public static RetryPolicy attempts(int maxAttempts) {
        if (maxAttempts < 2 || maxAttempts > MOST_ATTEMPTS) {
            throw new IllegalArgumentException(
                    "maxAttempts is " + maxAttempts + " (expected: from 2 to " + MOST_ATTEMPTS + ")");
        }
        return new RetryPolicy(maxAttempts, Duration.ofMillis(10), Duration.ofMillis(500));
    }

    /** The same with other waits: {@code initial} before the second attempt, doubled each time up to {@code max}. */
    public RetryPolicy backoff(Duration initial, Duration max) {
        Durations.requirePositive(initial, "initial backoff");
        Durations.requirePositive(max, "max backoff");
        return new RetryPolicy(maxAttempts, initial, max);
    }

    boolean isEnabled() {
        return maxAttempts > 1;
    }

    int maxAttempts() {
        return maxAttempts;
    }

    /** The parts of a gRPC service config that say all this. */
    Map<String, ?> serviceConfig() {
        Map<String, ?> policy = Map.of(
                "maxAttempts", (double) maxAttempts,
                "initialBackoff", seconds(initialBackoff),
                "maxBackoff", seconds(maxBackoff),
                "backoffMultiplier", 2.0,
                "retryableStatusCodes", List.of("UNAVAILABLE"));
        Object[] names = METHODS.stream()
                .map(method -> Map.of("service", SERVICE, "method", method))
                .toArray();
        return Map.of(
                "methodConfig", List.of(Map.of("name", List.of(names), "retryPolicy", policy)),
                "retryThrottling", Map.of("maxTokens", 100.0, "tokenRatio", 0.1));
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%d.%09ds", duration.getSeconds(), duration.getNano());
    }
}
