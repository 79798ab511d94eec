package dev.tern.server.repository.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Shadow;
import dev.tern.server.predict.TrafficSettings.Share;
import dev.tern.server.predict.TrafficSettings.Sticky;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficConfigTest {
    @Test
    void allOfItIsRead() throws ConfigException {
        ModelConfig config = config(parameter("split", "stable:90, 2:10.5")
                + parameter("sticky_parameter", "user")
                + parameter("sticky_metadata", "x-user")
                + parameter("shadow", "canary:0.5"));
        assertThat(TrafficConfig.of(config))
                .isEqualTo(new TrafficSettings(
                        List.of(new Share("stable", 90), new Share("2", 10.5)),
                        new Sticky("user", "x-user"),
                        new Shadow("canary", 0.5)));
        assertThat(TrafficConfig.of(ModelConfig.getDefaultInstance())).isEqualTo(TrafficSettings.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1:", "1:x", "1:-1", "1:NaN", "1:0,2:0", "1:1,1:2", "-1:1", "a b:1", "1:1,"})
    void whatIsNoSplitIsRefused(String value) {
        assertThatThrownBy(() -> config(parameter("split", value)))
                .hasMessage("config.pbtxt: parameters[tern.traffic.split]: '" + value + "' is not allowed; must be "
                        + TrafficSettings.SPLIT_RULE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "3:101", "3:-1", "3:x", "3:1,4:1"})
    void whatIsNoShadowIsRefused(String value) {
        assertThatThrownBy(() -> config(parameter("shadow", value)))
                .hasMessage("config.pbtxt: parameters[tern.traffic.shadow]: '" + value + "' is not allowed; must be "
                        + TrafficSettings.SHADOW_RULE);
    }

    @Test
    void whatNamesNothingIsRefused() {
        assertThatThrownBy(() -> config(parameter("sticky_parameter", " ")))
                .hasMessageEndingWith("' ' is not allowed; must be the name of a request's parameter");
        assertThatThrownBy(() -> config(parameter("sticky_metadata", "X-User")))
                .hasMessageEndingWith("'X-User' is not allowed; must be " + TrafficSettings.METADATA_RULE);
        assertThatThrownBy(() -> config(parameter("sticky", "user")))
                .hasMessageContaining("parameters[tern.traffic.sticky]: unknown key");
    }

    @Test
    void versionsThatAreNotServedAreWarnedOf() throws ConfigException {
        ModelConfig config = config(parameter("split", "1:1,4:1,canary:1,beta:0") + parameter("shadow", "5:0")
                + "parameters { key: 'tern.version.labels' value { string_value: 'canary:9' } } ");
        assertThat(TrafficConfig.warnings(config, List.of(1L, 2L)))
                .containsExactly(
                        "parameters[tern.traffic.split]: '4' is no label and not among the versions served, so it gets"
                                + " nothing while that is so",
                        "parameters[tern.traffic.split]: 'beta' is no label and not among the versions served, so it"
                                + " gets nothing while that is so");
    }

    private static String parameter(String key, String value) {
        return "parameters { key: 'tern.traffic." + key + "' value { string_value: '" + value + "' } } ";
    }

    private static ModelConfig config(String text) throws ConfigException {
        return ModelConfigFile.parse(text, "config.pbtxt", "m").config();
    }
}
