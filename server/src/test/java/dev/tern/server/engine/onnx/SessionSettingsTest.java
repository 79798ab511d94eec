package dev.tern.server.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionSettingsTest {
    @Test
    void defaultsAreForASmallModelOnACpu() {
        assertThat(SessionSettings.defaults())
                .isEqualTo(new SessionSettings(
                        1,
                        1,
                        false,
                        0,
                        true,
                        true,
                        Map.of("session.intra_op.allow_spinning", "0", "session.inter_op.allow_spinning", "0")));
    }

    @Test
    void spinningCanBeTurnedOn() {
        assertThat(withEntries(Map.of("session.intra_op.allow_spinning", "1")).configEntries())
                .containsEntry("session.intra_op.allow_spinning", "1")
                .containsEntry("session.inter_op.allow_spinning", "0");
    }

    @Test
    void textCarriesEverything() {
        SessionSettings settings = new SessionSettings(
                4, 2, true, -1, false, false, Map.of("a key:=#!", " leading\n\r\t\f\\ \u00e9\u6771", "empty", ""));

        assertThat(SessionSettings.parse(settings.toText())).isEqualTo(settings);
    }

    @Test
    void theDigestTellsSettingsApartAndNothingElse() {
        assertThat(withEntries(Map.of("a", "1", "b", "2")).digest())
                .hasSize(64)
                .isEqualTo(withEntries(Map.of("b", "2", "a", "1")).digest())
                .isNotEqualTo(withEntries(Map.of("a", "1", "b", "3")).digest())
                .isNotEqualTo(withEntries(Map.of("a", "1\nconfig.b=2")).digest());
    }

    @Test
    void impossibleValuesAreNamed() {
        assertThatThrownBy(() -> new SessionSettings(-1, 1, false, 0, true, true, Map.of()))
                .hasMessage("intraOpThreads is -1; allowed are 0 to 2147483647");
        assertThatThrownBy(() -> new SessionSettings(1, 1, false, 3, true, true, Map.of()))
                .hasMessage("graphOptimizationLevel is 3; allowed are -1 to 2");
    }

    private static SessionSettings withEntries(Map<String, String> entries) {
        return new SessionSettings(1, 1, false, 0, true, true, entries);
    }
}
