package dev.tern.bench.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.measure.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapacitySearchTest {
    private final List<Probe> told = new ArrayList<>();

    @Test
    void windowsThatAgreeAreEnough() {
        Outcome outcome = search(2, (rate, number, label) -> Optional.of(Windows.answered(rate, rate <= 300 ? 5 : 50)));
        assertThat(outcome.best()).hasValue(Math.sqrt(200.0 * 400));
        assertThat(outcome.probes())
                .isEqualTo(told)
                .allMatch(each -> each.objections().size() == 2);
        assertThat(outcome.interrupted()).isFalse();
        assertThat(outcome.isGeneratorLimited()).isFalse();
        assertThat(outcome.bestProbe().orElseThrow().confirming()).isTrue();
        assertThat(outcome.bestProbe().orElseThrow().point().measurement().sent())
                .isEqualTo(2 * Math.round(Math.sqrt(200.0 * 400)));
    }

    @Test
    void oneDisturbedWindowIsOutvoted() {
        // The first window at 100 is bad, the two after it are good.
        Outcome outcome = search(
                2, (rate, number, label) -> Optional.of(Windows.answered(rate, number == 0 || rate > 300 ? 50 : 5)));
        Probe first = outcome.probes().get(0);
        assertThat(first.met()).isTrue();
        assertThat(first.objections()).containsExactly("p99 = 50.0 ms", "", "");
        assertThat(first.windowsMet()).isEqualTo(2);
        assertThat(outcome.best()).hasValue(Math.sqrt(200.0 * 400));
    }

    @Test
    void windowsAreNumberedThroughSoThatNoneHasTheArrivalsOfAnother() {
        List<Integer> numbers = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        search(3, (rate, number, label) -> {
            numbers.add(number);
            labels.add(label);
            return Optional.of(Windows.answered(rate, rate <= 100 ? 5 : 50));
        });
        assertThat(numbers).doesNotHaveDuplicates().startsWith(0, 1, 2, 3);
        assertThat(labels)
                .startsWith("probe 1, window 1", "probe 1, window 2", "probe 1, window 3", "probe 2, window 1");
    }

    @Test
    void aGeneratorThatCannotGoHigherIsSaid() {
        Outcome outcome = search(
                1, (rate, number, label) -> Optional.of(Windows.of(rate, Math.round(rate), 0, rate > 300 ? 50 : 5, 2)));
        assertThat(outcome.best()).isPresent();
        assertThat(outcome.isGeneratorLimited()).isTrue();
    }

    @Test
    void stoppedItKeepsWhatItHas() {
        Outcome outcome = search(
                1, (rate, number, label) -> number < 2 ? Optional.of(Windows.answered(rate, 5)) : Optional.empty());
        assertThat(outcome.interrupted()).isTrue();
        assertThat(outcome.best()).isEmpty();
        assertThat(outcome.probes()).hasSize(2);
    }

    private Outcome search(int windows, Lab lab) {
        Rule rule = new Rule(Objective.parse("p99<20ms"));
        RateSearch rates = new RateSearch(100, Double.POSITIVE_INFINITY, 0.5);
        return new CapacitySearch(rates, rule, windows, lab, told::add).run();
    }
}
