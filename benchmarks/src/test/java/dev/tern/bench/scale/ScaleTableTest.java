package dev.tern.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
    void whatLimitsIsTold() {
        assertThat(result(4, false, reading(1_000, 1.5, 0.9, false)).limit()).isEqualTo("its own threads");
        assertThat(result(2, false, reading(1_000, 1.9, 0.9, false)).limit()).isEqualTo("its cores");
        assertThat(result(2, true, reading(1_000, 1.0, 0.9, false)).limit())
                .isEqualTo("the cores, which the generator shares");
        ScaleReading late = reading(1_000, 1, 1, true);
        ScaleReading fine = reading(1_000, 1, 1, false);
        assertThat(result(4, false, late, late, fine).limit()).isEqualTo("the generator");
        assertThat(result(4, false, late, fine, fine).limit()).isEqualTo("its own threads");
    }

    @Test
    void theTableHasMediansSpreadAndGrowth() {
        SettingResult one = result(
                2, false, reading(1_000, 1, 0.5, false), reading(1_100, 1, 0.5, false), reading(900, 1, 0.5, false));
        SettingResult two = new SettingResult(new Setting(2, 1), 2, false, List.of(reading(1_500, 1.9, 0.5, false)));
        assertThat(ScaleTable.of(List.of(
                                new ScaleResult("m", List.of(one, two), ""),
                                new ScaleResult("n", List.of(), "it is gone")))
                        .lines())
                .contains(
                        "| m | 1 | 1 | 1,000 | 20% | 1.00 | 2.00 | 10.0 | 1.00 of 2 | 0.50 | its own threads |",
                        "| m | 2 | 1 | 1,500 | 0% | 1.50 | 2.00 | 10.0 | 1.90 of 2 | 0.50 | its cores |",
                        "| n | not measured: it is gone | – | – | – | – | – | – | – | – | – |");
    }

    private static SettingResult result(int cores, boolean shared, ScaleReading... readings) {
        return new SettingResult(new Setting(1, 1), cores, shared, List.of(readings));
    }

    private static ScaleReading reading(double rate, double server, double tool, boolean limited) {
        return new ScaleReading(rate, 10, 2, server, tool, limited);
    }
}
