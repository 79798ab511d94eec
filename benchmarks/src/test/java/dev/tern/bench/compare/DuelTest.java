package dev.tern.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.measure.Judgement;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class DuelTest {
    private final List<String> asked = new ArrayList<>();

    @Test
    void roundsGoForwardAndBackward() {
        List<Round> rounds = new Duel(this::steady, 2, 7, round -> {}).run();
        assertThat(rounds).hasSize(2);
        assertThat(asked)
                .containsExactly(
                        "A 7 round 1/2, A",
                        "B 7 round 1/2, B",
                        "B 7 round 1/2, B",
                        "A 7 round 1/2, A",
                        "A 8 round 2/2, A",
                        "B 8 round 2/2, B",
                        "B 8 round 2/2, B",
                        "A 8 round 2/2, A");
    }

    /** Each slice is slower than the one before: in turns of A B A B, B would look worse in every round. */
    @Test
    void aMachineThatSlowsDownEvenlyDoesNotDecide() {
        int[] slices = {0};
        Sides drifting = (side, seed, label) -> Optional.of(slice(10_000 - 50L * slices[0]++, 1));
        List<Round> rounds = new Duel(drifting, 8, 1, round -> {}).run();
        DuelFigure rate = DuelFigure.of(rounds).get(0);
        assertThat(rate.quantity().name()).isEqualTo("rate");
        assertThat(rate.ratios().each()).allMatch(ratio -> Math.abs(ratio - 1) < 1e-12);
        assertThat(DuelTable.verdict(rate)).isEqualTo("no difference");
    }

    @Test
    void theBetterSideIsNamed() {
        List<Round> rounds = new Duel(this::steady, 6, 1, round -> {}).run();
        assertThat(DuelTable.of(rounds))
                .containsPattern("rate +1,000/s +1,200/s +1.200 +1.200 to 1.200 +B is better\n")
                .containsPattern("p99 +10.0 ms +5.00 ms +0.500 +0.500 to 0.500 +B is better\n")
                .contains("6 rounds of A B B A", "Requests without an answer: A 0, B 0.");
        assertThat(DuelTable.of(rounds.subList(0, 5))).contains("too few rounds to tell (6 or more)");
    }

    @Test
    void aRoundWithoutAFigureIsLeftOutOfIt() {
        Sides silent = (side, seed, label) -> Optional.of(seed == 1 && side == Side.B ? slice(0, 1) : slice(1_000, 10));
        List<Round> rounds = new Duel(silent, 7, 1, round -> {}).run();
        assertThat(DuelTable.of(rounds)).containsPattern("p99 +10.0 ms .* no difference \\(6 of 7 rounds\\)\n");
    }

    @Test
    void stoppedItKeepsWholeRoundsOnly() {
        Sides ending = (side, seed, label) -> asked.size() < 6 ? steady(side, seed, label) : Optional.empty();
        List<Round> told = new ArrayList<>();
        List<Round> rounds = new Duel(ending, 5, 1, told::add).run();
        assertThat(rounds).hasSize(1).isEqualTo(told);
        assertThat(DuelTable.of(List.of())).contains("0 rounds");
    }

    @Test
    void ratiosAreHeldAgainstTheMedianAndValuesAgainstB() {
        List<Round> rounds = new Duel(this::steady, 3, 1, round -> {}).run();
        Objective objective =
                Objective.parseComparing("rate>=1.2x,p99<0.49x,p99<=5.01ms,mean<1ms,errors<=1x,errors<1%");
        assertThat(Contest.judge(objective, rounds))
                .extracting(Judgement::met)
                .containsExactly(true, false, true, false, true, true);
        assertThat(Contest.judge(objective, List.of()))
                .as("nothing was measured")
                .noneMatch(Judgement::met);
    }

    @Test
    void whereTheGeneratorWasTheLimitIsSaid() {
        Sides busy = (side, seed, label) ->
                Optional.of(side == Side.A ? slice(1_000, 10) : slice(1_000, 10).withGeneratorLoad(0.99));
        assertThat(DuelTable.of(new Duel(busy, 2, 1, round -> {}).run()))
                .contains("note: the generator, not the server, was the bottleneck in 0 slices of A and 4 of B, of 4");
        assertThat(DuelTable.of(new Duel(this::steady, 2, 1, round -> {}).run()))
                .doesNotContain("generator");
    }

    private Optional<Measurement> steady(Side side, long seed, String label) {
        asked.add(side + " " + seed + " " + label);
        return Optional.of(side == Side.A ? slice(1_000, 10) : slice(1_200, 5));
    }

    /** One second long. */
    private static Measurement slice(long answered, long millis) {
        Histogram latencies = new Histogram(3);
        latencies.recordValueWithCount(TimeUnit.MILLISECONDS.toNanos(millis), answered);
        long second = TimeUnit.SECONDS.toNanos(1);
        return new Measurement(
                second, answered, answered, 0, answered, answered, 1, Map.of(), latencies, new Histogram(3));
    }
}
