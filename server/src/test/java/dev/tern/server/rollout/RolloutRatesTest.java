package dev.tern.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.OutcomeObserver;
import dev.tern.server.rollout.Rig.Shadow;
import dev.tern.server.rollout.Rig.Side;
import dev.tern.server.testing.SoakLength;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/**
 * Whole rollouts, a thousand of each kind (fewer in short) with fixed seeds: how often one that is not worse is stopped, how often one at a
 * margin passes a step, and how many looks it takes to tell. The figures are those of docs/operations.md.
 */
@Tag("soak")
@Timeout(300)
class RolloutRatesTest {
    private static final int RUNS = SoakLength.of(1000);
    private static final int RATE_OF_RUNS = RUNS / 20;
    private static final int REQUESTS = 100;
    /** The first share, in percent: who passes that step gets more. */
    private static final double FIRST = 25;

    private static final int MOST_TICKS = 4000;
    private static final double FAILING = 0.01;
    private static final int BURST = 12;
    private static final int BETWEEN_BURSTS = 500;

    /** More than two looks' requests of the first share, fewer than one look's of the baseline. */
    private static final int BATCH = 60;

    /**
     * Against anything up to a second, and with a tolerance of a tenth and 0.2 ms, it is the slower one if the other takes
     * less than 542.8 ms, the faster one if it takes more than 657.2: in 20% of the pairs more the slower one.
     */
    private static final double SLOWER_MILLIS = 597.3;

    private static final Optional<AnswerRule> NEAR =
            Optional.of(new AnswerRule(0.1, Double.NEGATIVE_INFINITY, 0.01, 0.05));
    private static final RolloutSettings SETTINGS =
            Rig.settings(Duration.ZERO, Duration.ofHours(1), 10, NEAR, FIRST, 50, 100);

    private static final Logger LOG = (Logger) LoggerFactory.getLogger(Rollout.class);

    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.WARN);
    }

    @AfterAll
    static void beAsBefore() {
        LOG.setLevel(null);
    }

    /** What requests come to, by chance; of one run. */
    private record World(Side baseline, Side candidate, Function<RandomGenerator, Shadow> shadow) {}

    /** How one run went. */
    private record Run(RolloutState end, double highest) {}

    private static List<Run> runs(Function<RandomGenerator, World> worlds) {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            SplittableRandom random = new SplittableRandom(1000L + i);
            World world = worlds.apply(random);
            Rig rig = new Rig(Runnable::run, random.split());
            rig.start(SETTINGS);
            for (int tick = 0; tick < MOST_TICKS && rig.status().state().isRunning(); tick++) {
                rig.tick(
                        REQUESTS,
                        world.baseline(),
                        world.candidate(),
                        () -> world.shadow().apply(random));
            }
            runs.add(new Run(rig.status().state(), rig.highest()));
        }
        return runs;
    }

    /** Fails now and then; else takes around a millisecond, ten times that now and then. */
    private static Side usual(RandomGenerator random, double failing, double slowness) {
        return observer -> {
            if (random.nextDouble() < failing) {
                observer.failed(Kind.INTERNAL, Rig.MILLI);
            } else {
                observer.succeeded(Origin.MODEL, (long) (slowness * Rig.MILLI * Math.exp(0.7 * random.nextGaussian())));
            }
        };
    }

    private static Shadow copy(RandomGenerator random, double beyond) {
        return new Shadow(random.nextDouble() < beyond ? 1 : 0, 1, false);
    }

    private static long count(List<Run> runs, RolloutState state) {
        return runs.stream().filter(run -> run.end() == state).count();
    }

    private static long beyond(List<Run> runs, double percent) {
        return runs.stream().filter(run -> run.highest() > percent).count();
    }

    @Test
    void oneThatDoesTheSameIsSeldomStopped() {
        List<Run> runs = runs(random ->
                new World(usual(random, FAILING, 1), usual(random, FAILING, 1), shadows -> copy(shadows, 0.01)));
        assertThat(count(runs, RolloutState.STOPPED)).isLessThanOrEqualTo(RATE_OF_RUNS);
        assertThat(count(runs, RolloutState.COMPLETED)).isGreaterThan(RUNS - RATE_OF_RUNS);
    }

    /** The load makes both slow at once, and both fail at once: it is the same for either side of a pair. */
    @Test
    void norInBadTimes() {
        List<Run> runs = runs(random -> {
            Weather weather = new Weather();
            return new World(weather.side(random), weather.side(random), weather::turn);
        });
        assertThat(count(runs, RolloutState.STOPPED)).isLessThanOrEqualTo(RATE_OF_RUNS);
        assertThat(count(runs, RolloutState.COMPLETED)).isGreaterThan(RUNS - RATE_OF_RUNS);
    }

    /** Each side has bad luck of its own that meets many requests in a row: a batch that fails, a queue behind a pause. */
    @Test
    void norByLuckThatManyRequestsShare() {
        List<Run> runs = runs(random -> new World(bursting(random), bursting(random), shadows -> copy(shadows, 0)));
        assertThat(count(runs, RolloutState.STOPPED)).isLessThanOrEqualTo(RATE_OF_RUNS);
        assertThat(count(runs, RolloutState.COMPLETED)).isGreaterThan(RUNS - RATE_OF_RUNS);
    }

    /** One request in 500 begins a burst of twelve, half of a look of the first share, that all fail or all take longer. */
    private static Side bursting(RandomGenerator random) {
        Side stalled = Side.answering(50 * Rig.MILLI);
        Side broken = Side.failing(Kind.INTERNAL);
        Side well = usual(random, 0, 1);
        int[] left = new int[1];
        Side[] now = {well};
        return observer -> {
            if (left[0]-- <= 0) {
                boolean begins = random.nextInt(BETWEEN_BURSTS) == 0;
                left[0] = begins ? BURST - 1 : 0;
                now[0] = begins ? random.nextBoolean() ? stalled : broken : well;
            }
            now[0].request(observer);
        };
    }

    /** Each side answers in batches, but what fails fails at once: alone, for the candidate, in most of its looks. */
    @Test
    void norByFailuresThatComeAloneAmongAnswersThatComeTogether() {
        List<Run> runs = runs(random -> new World(batching(random), batching(random), shadows -> copy(shadows, 0)));
        assertThat(count(runs, RolloutState.STOPPED)).isLessThanOrEqualTo(RATE_OF_RUNS);
        assertThat(count(runs, RolloutState.COMPLETED)).isGreaterThan(RUNS - RATE_OF_RUNS);
    }

    /** What succeeds is told when a batch is full of it. */
    private static Side batching(RandomGenerator random) {
        Side answers = usual(random, 0, 1);
        int[] held = new int[1];
        return observer -> {
            if (random.nextDouble() < FAILING) {
                observer.failed(Kind.INTERNAL, Rig.MILLI);
            } else if (++held[0] == BATCH) {
                for (; held[0] > 0; held[0]--) {
                    answers.request(observer);
                }
            }
        };
    }

    @Test
    void oneThatFailsMoreOftenByTheMarginSeldomPassesAStep() {
        double margin = SETTINGS.errorMargin();
        List<Run> runs = runs(random ->
                new World(usual(random, FAILING, 1), usual(random, FAILING + margin, 1), shadows -> copy(shadows, 0)));
        assertThat(beyond(runs, FIRST)).isLessThanOrEqualTo(RATE_OF_RUNS);
        assertThat(count(runs, RolloutState.STOPPED)).isGreaterThan(RUNS - RATE_OF_RUNS);
    }

    /** The baseline takes anything up to a second. */
    @Test
    void oneThatIsSlowerByTheMarginSeldomPassesAStep() {
        List<Run> runs = runs(random -> new World(
                observer -> observer.succeeded(Origin.MODEL, (long) (random.nextDouble() * 1000 * Rig.MILLI)),
                Side.answering((long) (SLOWER_MILLIS * Rig.MILLI)),
                shadows -> copy(shadows, 0)));
        assertThat(beyond(runs, FIRST)).isLessThanOrEqualTo(RATE_OF_RUNS);
        assertThat(count(runs, RolloutState.STOPPED)).isGreaterThan(RUNS - RATE_OF_RUNS);
    }

    @Test
    void oneWhoseAnswersAreTooFarByTheMarginSeldomPassesAStep() {
        List<Run> runs = runs(random ->
                new World(usual(random, FAILING, 1), usual(random, FAILING, 1), shadows -> copy(shadows, 0.05)));
        assertThat(beyond(runs, 0)).isLessThanOrEqualTo(RATE_OF_RUNS);
        assertThat(count(runs, RolloutState.STOPPED)).isGreaterThan(RUNS - RATE_OF_RUNS);
    }

    /**
     * The figures of docs/operations.md, "How long it takes": the median of looks until a signal is decided, those at nothing
     * included. So many pairs a look are answered on average, at times that are independent of each other.
     */
    @ParameterizedTest
    @CsvSource({
        "ERRORS,  0,    0,    1,   0.1, 11400",
        "ERRORS,  0,    0,    1,   0.5, 3700",
        "ERRORS,  0,    0,    1,   1,   2500",
        "ERRORS,  0,    0,    1,   5,   1200",
        "ERRORS,  0,    0,    1,   20,  830",
        "ERRORS,  0,    0,    1,   100, 630",
        "ERRORS,  0.01, 0.01, 1,   1,   3000",
        "ERRORS,  0.01, 0.01, 1,   5,   1300",
        "ERRORS,  0.01, 0.01, 1,   20,  850",
        "ERRORS,  0,    0.05, 1,   1,   820",
        "ERRORS,  0,    0.05, 1,   5,   380",
        "ERRORS,  0,    0.05, 1,   20,  260",
        "ERRORS,  0,    1,    1,   1,   29",
        "ERRORS,  0,    1,    1,   5,   17",
        "ERRORS,  0,    1,    1,   20,  14",
        "LATENCY, 0,    0,    1,   1,   190",
        "LATENCY, 0,    0,    1,   5,   50",
        "LATENCY, 0,    0,    1,   20,  32",
        "LATENCY, 0,    0,    1.1, 1,   400",
        "LATENCY, 0,    0,    1.1, 5,   95",
        "LATENCY, 0,    0,    1.1, 20,  53",
        "LATENCY, 0,    0,    2,   1,   73",
        "LATENCY, 0,    0,    2,   5,   34",
        "LATENCY, 0,    0,    2,   20,  26",
    })
    void looksUntilItIsDecided(
            Signal signal, double failing, double candidateFailing, double slowness, double pairs, double expected) {
        SplittableRandom random = new SplittableRandom(5);
        RolloutSettings settings = RolloutSettings.DEFAULTS;
        LongSupplier baseline = collecting(usual(random, failing, 1));
        LongSupplier candidate = collecting(usual(random, candidateFailing, slowness));
        assertThat(medianLooks(
                        random, pairs, () -> new Decision(
                                signal,
                                new Judgement(settings, settings.stages().get(1))) {
                            @Override
                            void next() {
                                judgement.pair(baseline.getAsLong(), candidate.getAsLong());
                            }
                        }))
                .isCloseTo(expected, withinPercentage(10));
    }

    /** As those, of copies that all come to the same. */
    @ParameterizedTest
    @CsvSource({
        "ERRORS,  1,                   1,  1200",
        "ERRORS,  1,                   5,  580",
        "ERRORS,  1,                   20, 400",
        "ERRORS,  9223372036854775807, 1,  3",
        "ERRORS,  9223372036854775807, 5,  2",
        "ERRORS,  9223372036854775807, 20, 2",
        "ANSWERS, 1,                   1,  400",
        "ANSWERS, 1,                   5,  205",
        "ANSWERS, 1,                   20, 145",
        "ANSWERS, 2,                   1,  3",
        "ANSWERS, 2,                   5,  2",
        "ANSWERS, 2,                   20, 2",
    })
    void looksAtCopiesUntilItIsDecided(Signal signal, long outcome, double copies, double expected) {
        SplittableRandom random = new SplittableRandom(5);
        assertThat(medianLooks(
                        random, copies, () -> new Decision(
                                signal,
                                new Judgement(SETTINGS, SETTINGS.stages().get(0))) {
                            @Override
                            void next() {
                                judgement.shadow(outcome);
                            }
                        }))
                .isCloseTo(expected, withinPercentage(10));
    }

    private static double medianLooks(RandomGenerator random, double mean, Supplier<Decision> decisions) {
        long[] counts = new long[RUNS];
        Arrays.setAll(counts, i -> decisions.get().looks(random, mean));
        Arrays.sort(counts);
        return counts[RUNS / 2];
    }

    /** One signal's way to its verdict. */
    private abstract static class Decision {
        private final Signal signal;
        final Judgement judgement;

        Decision(Signal signal, Judgement judgement) {
            this.signal = signal;
            this.judgement = judgement;
        }

        /** Adds a pair, or what became of a copy. */
        abstract void next();

        /** Until it was decided, with {@code mean} on average in each. */
        long looks(RandomGenerator random, double mean) {
            long looks = 0;
            double time = random.nextExponential() / mean;
            while (verdict() == Verdict.UNDECIDED) {
                for (looks++; time < looks; time += random.nextExponential() / mean) {
                    next();
                }
                judgement.look();
            }
            return looks;
        }

        private Verdict verdict() {
            return judgement.status().stream()
                    .filter(status -> status.signal() == signal)
                    .map(SignalStatus::verdict)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static LongSupplier collecting(Side side) {
        long[] last = new long[1];
        OutcomeObserver observer = new OutcomeObserver() {
            @Override
            public void succeeded(Origin origin, long nanos) {
                last[0] = Outcome.answered(nanos);
            }

            @Override
            public void failed(Kind kind, long nanos) {
                last[0] = Outcome.FAILED;
            }
        };
        return () -> {
            side.request(observer);
            return last[0];
        };
    }

    /** Good or bad, for a while each: of everybody at once. */
    private static final class Weather {
        private boolean bad;

        Shadow turn(RandomGenerator random) {
            bad = (random.nextInt(200) == 0) != bad;
            return copy(random, 0);
        }

        Side side(RandomGenerator random) {
            Side inGood = usual(random, FAILING, 1);
            Side inBad = usual(random, 20 * FAILING, 5);
            return observer -> (bad ? inBad : inGood).request(observer);
        }
    }
}
