package dev.tern.server.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.drift.DriftSettings;
import dev.tern.server.repository.config.ConfigException;
import dev.tern.server.tensor.Signature;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DriftConfigTest {
    private static final String MODEL = "max_batch_size: 8 input { name: 'x' data_type: TYPE_FP32 dims: [ 2 ] }"
            + " output { name: 'y' data_type: TYPE_STRING dims: [ 1 ] } ";

    @Test
    void aModelIsNotWatchedUnlessItSaysSo() throws Exception {
        assertThat(config(MODEL)).isEmpty();
        assertThat(config(MODEL + parameter("tern.drift.monitor", "false"))).isEmpty();
    }

    @Test
    void whatIsNotSetHasItsDefault() throws Exception {
        DriftConfig watched =
                config(MODEL + parameter("tern.drift.monitor", "true")).orElseThrow();

        assertThat(watched.settings()).isEqualTo(new DriftSettings(0.1, 5000, 400, 1e-6, 0.1, 0.2));
        assertThat(watched.features().names()).containsExactly("x[0]", "x[1]", "y");
    }

    @Test
    void allCanBeSet() throws Exception {
        DriftConfig watched = config(MODEL
                        + parameter("tern.drift.monitor", "true")
                        + parameter("tern.drift.sample", "0.5")
                        + parameter("tern.drift.reference", "1000")
                        + parameter("tern.drift.window", "200")
                        + parameter("tern.drift.features", "y, x[1]")
                        + parameter("tern.drift.false_alarm_rate", "0.01")
                        + parameter("tern.drift.ks_threshold", "0.2")
                        + parameter("tern.drift.psi_threshold", "0.3"))
                .orElseThrow();

        assertThat(watched.settings()).isEqualTo(new DriftSettings(0.5, 1000, 200, 0.01, 0.2, 0.3));
        assertThat(watched.features().names()).containsExactly("x[1]", "y");
    }

    @Test
    void aFeatureThatTheModelDoesNotHaveIsRefused() {
        assertThatThrownBy(() -> config(
                        MODEL + parameter("tern.drift.monitor", "true") + parameter("tern.drift.features", "x[2]")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "parameters[tern.drift.features]: 'x[2]' is no feature of the model; it has x (x[0] to x[1]),"
                                + " y");
    }

    private static String parameter(String key, String value) {
        return "parameters { key: '" + key + "' value { string_value: '" + value + "' } } ";
    }

    private static Optional<DriftConfig> config(String text) throws Exception {
        ModelConfig config = TextFormat.parse(text, ModelConfig.class);
        Signature none = new Signature(List.of(), List.of());
        return DriftConfig.of(config, new ModelSettings(config).contract(none));
    }
}
