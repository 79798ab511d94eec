package dev.tern.server.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.predict.TrafficSettings.Shadow;
import dev.tern.server.predict.TrafficSettings.Share;
import dev.tern.server.predict.TrafficSettings.Sticky;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficSettingsTest {
    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aWeightIsANumberOfAtLeastZero(double weight) {
        assertThatThrownBy(() -> new Share("1", weight))
                .hasMessage("share '1:" + weight + "' is not allowed; must be " + TrafficSettings.SPLIT_RULE);
    }

    @Test
    void aSplitGoesSomewhereAndNamesEachVersionOnce() {
        assertThatThrownBy(() -> TrafficSettings.NONE.withSplit(List.of(new Share("1", 0), new Share("2", 0))))
                .hasMessage("the split's weights add up to 0.0; must be " + TrafficSettings.SPLIT_RULE);
        assertThatThrownBy(() -> TrafficSettings.NONE.withSplit(List.of(new Share("1", 1), new Share("1", 2))))
                .hasMessage("version '1' comes twice in the split; must be " + TrafficSettings.SPLIT_RULE);
        assertThatThrownBy(() -> new Share(" ", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 100.1, Double.NaN})
    void aShadowGetsAPercentage(double percent) {
        assertThatThrownBy(() -> new Shadow("3", percent))
                .hasMessage("shadow '3:" + percent + "' is not allowed; must be " + TrafficSettings.SHADOW_RULE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-User", "user-bin", "grpc-user", "a b", "ü"})
    void aMetadataKeyIsOneOfText(String key) {
        assertThatThrownBy(() -> new Sticky("", key))
                .hasMessage("'" + key + "' is not allowed; must be " + TrafficSettings.METADATA_RULE);
    }

    @Test
    void onePartIsChangedWithoutTheOthers() {
        TrafficSettings settings = TrafficSettings.NONE
                .withSplit(List.of(new Share("1", 1)))
                .withSticky(new Sticky("user", "x-user"))
                .withShadow(new Shadow("2", 0.5));
        assertThat(settings)
                .isEqualTo(new TrafficSettings(
                        List.of(new Share("1", 1)), new Sticky("user", "x-user"), new Shadow("2", 0.5)));
        assertThat(settings.shadow().isOn()).isTrue();
        assertThat(TrafficSettings.NONE.shadow().isOn()).isFalse();
    }
}
