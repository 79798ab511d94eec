package dev.tern.server.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuSetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0 | 0", "0-3,8 | 0-3,8", "8,0-3 | 0-3,8", "1,2,3 | 1-3", "0-1,1-2 | 0-2", "5,7 | 5,7", "64 | 64"})
    void isReadAndWrittenAsLinuxDoes(String text, String written) {
        assertThat(CpuSet.parse(text).orElseThrow()).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "a", "-1", "3-1", "0-", "0-99999", "1;2", "0x1"})
    void whatLinuxWouldNotWriteIsRefused(String text) {
        assertThat(CpuSet.parse(text)).isEmpty();
    }

    @Test
    void maskHasABitForEachCore() {
        assertThat(new CpuSet(List.of(0, 9)).mask()).containsExactly(1, 2, 0, 0, 0, 0, 0, 0);
        assertThat(new CpuSet(List.of(63)).mask()).containsExactly(0, 0, 0, 0, 0, 0, 0, 0x80);
        assertThat(new CpuSet(List.of(64)).mask()).hasSize(16).endsWith(1, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void containsItsParts() {
        CpuSet cpus = new CpuSet(List.of(0, 1, 5));
        assertThat(cpus.containsAll(new CpuSet(List.of(5, 0)))).isTrue();
        assertThat(cpus.containsAll(new CpuSet(List.of(5, 6)))).isFalse();
    }
}
