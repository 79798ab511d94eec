package dev.tern.server.boot.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypesTest {
    @ParameterizedTest
    @CsvSource({
        "1024, 1024",
        "1024B, 1024",
        "1KiB, 1024",
        "3 mib, 3145728",
        "1GiB, 1073741824",
        "2047MiB, 2146435072",
        "2147483647, 2147483647",
    })
    void sizes(String text, int bytes) {
        assertThat(ValueTypes.size(1_024).parse("--size", text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1023", "2147483648", "2GiB", "64MB", "1.5GiB", "-1KiB", "MiB", "99999999999999999999"})
    void sizesThatAreNone(String text) {
        assertThat(ValueTypes.size(1_024).parser().apply(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "250ms, 250", "5s, 5000", "1m, 60000", "1h, 3600000", "2 S, 2000"})
    void durations(String text, long millis) {
        assertThat(ValueTypes.duration(Duration.ZERO, Duration.ofHours(1)).parse("--time", text))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "61m", "-5s", "PT5S", "s", ""})
    void durationsThatAreNone(String text) {
        assertThat(ValueTypes.duration(Duration.ZERO, Duration.ofHours(1))
                        .parser()
                        .apply(text))
                .isEmpty();
    }

    @Test
    void editDistances() {
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Nearest.distance("grpc-port", "grpc-port")).isZero();
    }
}
