package dev.tern.bench.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecsTest {
    @Test
    void aCurveIsStraightBetweenItsPoints(@TempDir Path folder) throws IOException {
        ExecutionCurve curve = ExecutionCurve.parse("8:1.4ms,4:1ms,64:5ms");
        assertThat(curve.nanos(1)).isEqualTo(1e6);
        assertThat(curve.nanos(6)).isEqualTo(1.2e6);
        assertThat(curve.nanos(64)).isEqualTo(5e6);
        assertThat(curve.nanos(120)).isCloseTo(8.6e6, within(1.0));
        assertThat(curve.rowsPerSecond(64, 1)).isCloseTo(12_800, within(1e-6));
        Path file = Files.writeString(folder.resolve("curve"), "# rows and time\n4:1ms\n8:1400us\n\n64:5ms\n");
        assertThat(ExecutionCurve.parse(file.toString())).isEqualTo(curve);
    }

    @Test
    void aListOfPoliciesMayHoldLists() {
        assertThat(Policies.split("none,fixed:2ms,triton:preferred=8+16,delay=1ms,adaptive,fifo:9"))
                .containsExactly("none", "fixed:2ms", "triton:preferred=8+16,delay=1ms", "adaptive", "fifo:9");
    }

    @Test
    void tunedIsAGrid() {
        assertThat(Policies.parse("tuned"))
                .hasSize(35)
                .extracting(Policy::name)
                .contains("triton:preferred=none,delay=0", "triton:preferred=64,delay=10ms");
    }

    @Test
    void zipfPrefersTheSmall() {
        Spread zipf = Spread.parse("zipf:1-2");
        SplittableRandom random = new SplittableRandom(1);
        long ones = random.ints(9000)
                .map(unused -> zipf.draw(random))
                .filter(drawn -> drawn == 1)
                .count();
        assertThat(ones / 9000.0).isCloseTo(2 / 3.0, within(0.02));
        assertThat(zipf.mean()).isCloseTo(4 / 3.0, within(1e-9));
        assertThat(Spread.parse("2-4").mean()).isCloseTo(3, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fixed:fast | 'fast' is not a time (expected: a number and ns, us, ms or s, such as 1.4ms)",
                "best | policy: best (expected: none, fixed:WINDOW,",
                "lifo:bound=3 | policy lifo:bound=3: bound (expected: nothing after lifo)",
                "adaptive:window=1ms | policy adaptive:window=1ms: window (expected: admission, objective, percentile, queue)",
                "triton:preferred=x,delay=1ms | preferred=x (expected: sizes such as 8+16, or none)",
                "fifo:many | policy fifo:many: bound=many (expected: a number)"
            })
    void refusesWhatIsNoPolicy(String text, String message) {
        assertThatThrownBy(() -> Policies.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1ms | curve: 1ms is neither a readable file nor points",
                "8:1ms,8:2ms | curve: 8:2.00ms (expected: sizes of 1 and more, each once, and times above 0)",
                "a:1ms | curve: 'a:1ms' (expected: a size and a time, such as 8:1.4ms)"
            })
    void refusesWhatIsNoCurve(String text, String message) {
        assertThatThrownBy(() -> ExecutionCurve.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesOtherNonsense() {
        assertThatThrownBy(() -> Spread.parse("4-1")).hasMessageContaining("'4-1' is not a distribution");
        assertThatThrownBy(() -> ArrivalProcess.parse("onoff:0/1ms")).hasMessageContaining("arrivals: onoff:0/1ms");
        assertThatThrownBy(() -> Patience.parse("exp:soon")).hasMessageContaining("'soon' is not a time");
    }
}
