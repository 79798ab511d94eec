package dev.tern.bench.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateSearchTest {
    private static final double ANY = Double.POSITIVE_INFINITY;

    private final List<Double> tried = new ArrayList<>();

    @Test
    void doublesBisectsAndConfirms() {
        RateSearch search = new RateSearch(100, ANY, 0.25);
        assertThat(found(search, rate -> rate <= 500)).hasValue(Math.sqrt(400.0 * Math.sqrt(400.0 * 800)));
        assertThat(tried)
                .containsExactly(
                        100.0,
                        200.0,
                        400.0,
                        800.0,
                        Math.sqrt(400.0 * 800),
                        Math.sqrt(400.0 * Math.sqrt(400.0 * 800)),
                        Math.sqrt(400.0 * Math.sqrt(400.0 * 800)));
    }

    @ParameterizedTest
    @CsvSource({"7, 0.05", "99, 0.05", "101, 0.01", "3333, 0.05", "123456, 0.02", "1000000, 0.1"})
    void theResultIsWithinThePrecisionBelowTheTruth(double truth, double precision) {
        RateSearch search = new RateSearch(100, ANY, precision);
        double found = found(search, rate -> rate <= truth).orElseThrow();
        assertThat(found).isBetween(truth / (1 + precision), truth);
    }

    @Test
    void theHighestRateToTryIsAnAnswer() {
        assertThat(found(new RateSearch(100, 350, 0.05), rate -> true)).hasValue(350);
        assertThat(tried).containsExactly(100.0, 200.0, 350.0, 350.0);
    }

    @Test
    void aFirstRateThatIsTooHighIsHalved() {
        double found = found(new RateSearch(100, ANY, 0.05), rate -> rate <= 30).orElseThrow();
        assertThat(tried).startsWith(100.0, 50.0, 25.0);
        assertThat(found).isBetween(30 / 1.05, 30.0);
    }

    @Test
    void aServerThatCanDoNothingIsGivenUp() {
        assertThat(found(new RateSearch(100, ANY, 0.05), rate -> false)).isEmpty();
        assertThat(tried).hasSize(8).startsWith(100.0).endsWith(100.0 / 128);
    }

    @Test
    void whatCannotBeConfirmedIsLoweredUntilItIsGood() {
        RateSearch search = new RateSearch(100, 200, 0.1);
        search.tried(100, true);
        search.tried(200, true);
        assertThat(search.isConfirming()).isTrue();
        search.tried(200, false);
        assertThat(search.next().orElseThrow()).isEqualTo(200 / 1.1);
        assertThat(search.result()).isEmpty();
        search.tried(200 / 1.1, false);
        search.tried(200 / 1.1 / 1.1, true);
        assertThat(search.next()).isEmpty();
        assertThat(search.result()).hasValue(200 / 1.1 / 1.1);
    }

    /**
     * A server with one queue: p99 of M/M/1 is ln(100) / (capacity - rate), each time off by a noise of 20%. The truth is
     * the rate at which it is 20 ms without noise: 1,000 - 230 = 770.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void noiseMovesTheResultBarely(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RateSearch search = new RateSearch(10, ANY, 0.05);
        DoublePredicate server = rate -> {
            double p99 = rate >= 1_000 ? ANY : Math.log(100) / (1_000 - rate);
            return p99 * (0.8 + 0.4 * random.nextDouble()) < 0.020;
        };
        assertThat(found(search, server).orElseThrow()).isBetween(770 * 0.88, 770 * 1.1);
        assertThat(tried).hasSizeLessThan(20);
    }

    private OptionalDouble found(RateSearch search, DoublePredicate server) {
        for (OptionalDouble rate = search.next(); rate.isPresent(); rate = search.next()) {
            tried.add(rate.getAsDouble());
            search.tried(rate.getAsDouble(), server.test(rate.getAsDouble()));
        }
        return search.result();
    }
}
