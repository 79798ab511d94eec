package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:99999",
                "127.0.0.1:65536",
                "[::1]:70000",
                "localhost:0",
                "localhost:-1",
                "localhost:123456789012",
                "dns:///localhost:99999",
                "dns:localhost:65536",
                "dns://127.0.0.1:53/localhost:65536"
            })
    void aPortThatThereIsNotIsRefusedAtOnce(String target) {
        String port = target.substring(target.lastIndexOf(':') + 1);
        String message = "target '" + target + "' has port " + port + " (expected: 1 to 65535)";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TernClient.builder(target))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TernClient.builder(List.of("a:1", target)))
                .withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:1",
                "127.0.0.1:65535",
                "[::1]:65535",
                "localhost",
                "fe80::99999",
                "dns:///localhost:65535",
                "dns://127.0.0.1:99999/localhost:8001",
                "unix:/tmp/a:99999"
            })
    void anyOtherTargetIsForGrpcToJudge(String target) {
        assertThatCode(() -> TernClient.builder(target)).doesNotThrowAnyException();
    }
}
