package dev.tern.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScaleTableTest {
    @Test
    void settingsAreAllPairs() {
        assertThat(Setting.all(List.of(1, 2), List.of(1, 3)))
                .containsExactly(new Setting(1, 1), new Setting(2, 1), new Setting(1, 3), new Setting(2, 3));
    }

    @Test
    void coresAreReadFromRanges() {
        assertThat(Cores.parse("0-2,5")).containsExactly(0, 1, 2, 5);
        assertThat(Cores.parse("7")).containsExactly(7);
    }

    @Test
    void whatOthersUseOfTheCoresCounts() {
        Set<Integer> cores = Set.of(0, 2);
        HostCpu before = HostCpu.of(
                List.of("cpu  9 9 9 9 9 9 9 9 9 9", "cpu0 10 0 0 10 0 0 0 0 0 0", "cpu2 0 0 0 20 0 0 0 0 0 0"), cores);
        HostCpu after = HostCpu.of(
                List.of(
                        "cpu0 60 10 10 20 10 5 5 0 7 7",
                        "cpu1 99 0 0 0 0 0 0 0 0 0",
                        "cpu2 50 0 0 60 0 0 0 10 0 0",
                        "intr 1 2 3"),
                cores);
        assertThat(after.shareSince(before)).isCloseTo(140.0 / 200, Offset.offset(1e-9));
        assertThat(before.shareSince(before)).isNaN();
    }

    @Test
    void whatLimitsIsTold() {
        assertThat(result(reading(1_000, 1.5, 0.8, false)).limit()).isEqualTo("its own threads");
        assertThat(result(reading(1_000, 1.9, 1, false)).limit()).isEqualTo("its cores");
        assertThat(result(reading(1_000, 1.0, 0.9, false)).limit()).isEqualTo("its cores, which others use, too");
        ScaleReading late = reading(1_000, 1, 0.5, true);
        ScaleReading fine = reading(1_000, 1, 0.5, false);
        assertThat(result(late, late, fine).limit()).isEqualTo("the generator");
        assertThat(result(late, fine, fine).limit()).isEqualTo("its own threads");
    }

    @Test
    void theTableHasMediansSpreadAndGrowth() {
        SettingResult one =
                result(reading(1_000, 1, 0.5, false), reading(1_100, 1, 0.5, false), reading(900, 1, 0.5, false));
        SettingResult two = new SettingResult(new Setting(2, 1), 2, List.of(reading(1_500, 1.9, 1, false)));
        assertThat(ScaleTable.of(List.of(
                                new ScaleResult("m", List.of(one, two), ""),
                                new ScaleResult("n", List.of(), "it is gone")))
                        .lines())
                .contains(
                        "| m | 1 | 1 | 1,000 | 20% | 1.00 | 2.00 | 10.0 | 1.00 of 2 | 0.50 | its own threads |",
                        "| m | 2 | 1 | 1,500 | 0% | 1.50 | 2.00 | 10.0 | 1.90 of 2 | 0.50 | its cores |",
                        "| n | not measured: it is gone | – | – | – | – | – | – | – | – | – |");
    }

    private static SettingResult result(ScaleReading... readings) {
        return new SettingResult(new Setting(1, 1), 2, List.of(readings));
    }

    private static ScaleReading reading(double rate, double server, double busy, boolean limited) {
        return new ScaleReading(rate, 10, 2, server, 0.5, busy, limited);
    }
}
