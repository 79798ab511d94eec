package dev.tern.server.repository.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.proto.inference.ModelConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionLabelsTest {
    @Test
    void labelsAreReadFromTheConfiguration() throws ConfigException {
        assertThat(VersionLabels.of(config("stable:3, canary:12,a.b-c_D:0")))
                .containsExactly(Map.entry("a.b-c_D", 0L), Map.entry("canary", 12L), Map.entry("stable", 3L));
        assertThat(VersionLabels.of(ModelConfig.getDefaultInstance())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "stable",
                "stable:",
                "stable:x",
                "stable:-1",
                "stable:1234567890123456789",
                "3:4",
                ":3",
                "sta ble:3",
                "stable:3,",
                "stable:3,stable:4",
                "stable:canary:4"
            })
    void whatIsNoListOfLabelsIsRefused(String value) {
        assertThatThrownBy(() -> config(value))
                .hasMessage("config.pbtxt: parameters[tern.version.labels]: '" + value
                        + "' is not allowed; must be pairs of a label and a version, as stable:3,canary:4; a label is a"
                        + " letter, then letters, digits, '_', '-' and '.', 63 characters at most");
    }

    @Test
    void aLabelIsNeverANumberAndNotTooLong() {
        assertThat(VersionLabels.isLabel("v2")).isTrue();
        assertThat(VersionLabels.isLabel("x".repeat(63))).isTrue();
        assertThat(List.of("2", "2v", "-2", " v2", "", "x".repeat(64), "stable\n"))
                .noneMatch(VersionLabels::isLabel);
    }

    @Test
    void labelsOfVersionsThatAreNotServedAreWarnedOf() throws ConfigException {
        assertThat(VersionLabels.warnings(config("stable:3,canary:4"), List.of(3L, 1L)))
                .containsExactly(
                        "parameters[tern.version.labels]: label 'canary' stands for version 4, which is not among"
                                + " those served: 1, 3");
    }

    private static ModelConfig config(String labels) throws ConfigException {
        return ModelConfigFile.parse(
                        "parameters { key: 'tern.version.labels' value { string_value: '" + labels + "' } }",
                        "config.pbtxt",
                        "m")
                .config();
    }
}
