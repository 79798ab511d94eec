package dev.tern.bench.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @ValueSource(strings = {"localhost:8001", "10.0.0.1:1", "[::1]:65535", "a-b.example:80"})
    void isWrittenAsRead(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @Test
    void bracketsAreNotPartOfTheHost() {
        assertThat(HostPort.parse("[::1]:80")).isEqualTo(new HostPort("::1", 80));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "localhost:", ":8001", "localhost:0", "localhost:65536", "http://x:1", "::1:80"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> HostPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text)
                .hasMessageContaining("expected: host:port");
    }
}
