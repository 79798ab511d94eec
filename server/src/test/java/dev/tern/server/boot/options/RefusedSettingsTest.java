package dev.tern.server.boot.options;

import static dev.tern.server.boot.options.CommandLines.resolve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every refusal names where the value was given, the value and what is allowed. */
class RefusedSettingsTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--grpc-port=70000 | --grpc-port: 70000 (expected: 0 to 65535)",
                "--grpc-port=-1 | --grpc-port: -1 (expected: 0 to 65535)",
                "--grpc-port=http | --grpc-port: http (expected: 0 to 65535)",
                "--grpc-port= | --grpc-port: \"\" (expected: 0 to 65535)",
                "--admin-port=no | --admin-port: no (expected: 0 to 65535, or off)",
                "--strict-readiness=yes | --strict-readiness: yes (expected: true, false, 1 or 0)",
                "--trial-load=maybe | --trial-load: maybe (expected: on or off)",
                "--trial-load-timeout=0 | --trial-load-timeout: 0 (expected: 1s to 3600s, with its unit: ms, s, m or h)",
                "--warm-up=yes | --warm-up: yes (expected: auto or none)",
                "--warm-up-budget=0s | --warm-up-budget: 0s (expected: 1ms to 3600s, with its unit: ms, s, m or h)",
                "--drain-delay=5 | --drain-delay: 5 (expected: 0s to 3600s, with its unit: ms, s, m or h)",
                "--drain-delay=30s | --drain-delay: 30s (expected: less than the exit timeout, 30s)",
                "--max-message-size=2GiB | --max-message-size: 2GiB (expected: 1024 to 2147483647 bytes; KiB, MiB and"
                        + " GiB may follow the number, such as 64MiB)",
                "--grpc-infer-response-compression-level=9 | --grpc-infer-response-compression-level: 9 (expected: none, low,"
                        + " medium or high)",
                "--grpc-header-forward-pattern=x-( | --grpc-header-forward-pattern: x-( (expected: a regular expression)",
                "--model-control-mode=manual | --model-control-mode: manual (expected: none, poll or explicit)",
                "--load-model=m | --load-model: given in mode none (expected: --model-control-mode=explicit with it)",
                "--repository-poll-secs=0 | --repository-poll-secs: 0 (expected: 1 to 86400)",
                "--model-config-name=../x | --model-config-name: ../x (expected: a file name without a directory)",
                "--rate-limit=on | --rate-limit: on (expected: off or execution_count)",
                "--rate-limit-resource=R1 | --rate-limit-resource: R1 (expected: NAME:COUNT or NAME:COUNT:DEVICE, such as"
                        + " memory:4)",
                "--rate-limit-resource=R1:4 | --rate-limit-resource: given without a rate limit (expected:"
                        + " --rate-limit=execution_count with it)",
                "--host-policy=cpu,cores=1 | --host-policy: cpu,cores=1 (expected: NAME,cpu-cores=LIST or"
                        + " NAME,numa-node=N, such as cpu,cpu-cores=0-3,8)",
                "--host-policy=cpu,cpu-cores=3-1 | --host-policy: cpu,cpu-cores=3-1 (expected: NAME,cpu-cores=LIST or"
                        + " NAME,numa-node=N, such as cpu,cpu-cores=0-3,8)",
                "--trace-config=opentelemetry,url=x | --trace-config: opentelemetry,url=x (expected: triton,file=PATH,"
                        + " level=OFF, level=TIMESTAMPS, level=TENSORS, rate=N, count=N, log-frequency=N or mode=triton)",
                "--trace-config=rate=0 | --trace-config: rate=0 (expected: triton,file=PATH,"
                        + " level=OFF, level=TIMESTAMPS, level=TENSORS, rate=N, count=N, log-frequency=N or mode=triton)",
                "--trace-config=level=TENSORS | --trace-config: requests are to be traced, but to no file (expected:"
                        + " triton,file=PATH, too)",
                "--log-level=loud | --log-level: loud (expected: trace, debug, info, warn or error)",
                "--model-repository=/no/such | --model-repository: /no/such (expected: a directory that exists)",
                "--model-repository=s3://bucket/models | --model-repository: s3://bucket/models (expected: a directory of"
                        + " this machine; models elsewhere are copied to one: docs/operations.md, \"Models in an object"
                        + " store\")",
                "--model-store=gs://bucket | --model-repository: gs://bucket (expected: a directory of this machine;"
                        + " models elsewhere are copied to one: docs/operations.md, \"Models in an object store\")",
                "--config=/no/such | --config: /no/such (expected: a file that exists)",
            })
    void flags(String flag, String message) {
        assertThatThrownBy(() -> resolve("--demo", flag))
                .isInstanceOf(OptionsException.class)
                .hasMessage(message);
    }

    @Test
    void nothingToServe() {
        assertThatThrownBy(() -> resolve())
                .isInstanceOf(OptionsException.class)
                .hasMessage("--model-repository: none (expected: at least one directory of models, or --demo)");
    }

    @Test
    void bothSpellingsOfTheExitTimeout() {
        assertThatThrownBy(() -> resolve("--demo", "--exit-timeout=5s", "--exit-timeout-secs=5"))
                .isInstanceOf(OptionsException.class)
                .hasMessage("--exit-timeout and --exit-timeout-secs: both given (expected: one of them)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TERN_GRPC_PORT | 70000 | TERN_GRPC_PORT: 70000 (expected: 0 to 65535)",
                "TERN_MODEL_REPOSITORY | s3://bucket/models:/models | TERN_MODEL_REPOSITORY: s3://bucket/models (expected:"
                        + " a directory of this machine; models elsewhere are copied to one: docs/operations.md, \"Models"
                        + " in an object store\")",
                "TERN_GRPC_PROT | 1 | TERN_GRPC_PROT: no such setting in the environment (did you mean TERN_GRPC_PORT?)",
                "TERN_SOMETHING_ELSE | 1 | TERN_SOMETHING_ELSE: no such setting in the environment",
            })
    void variables(String name, String value, String message) {
        assertThatThrownBy(() -> resolve(Map.of(name, value), "--demo"))
                .isInstanceOf(OptionsException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "TERN_JAVA_OPTS, -Xmx1g",
        "TERN_REQUIRE, python",
        "TERNARY, 1",
        "TERN_SERVICE_HOST, 10.0.0.1",
        "TERN_SERVICE_PORT_GRPC, 8001",
        "TERN_PORT, tcp://10.0.0.1:8001",
        "TERN_GRPC_PORT, tcp://10.0.0.1:8001",
        "TERN_PORT_8001_TCP_ADDR, 10.0.0.1",
    })
    void variablesThatAreNoSettingsAndKubernetesServiceLinksAreLeftAlone(String name, String value) {
        assertThat(resolve(Map.of(name, value), "--demo").network().grpcPort()).isEqualTo(8001);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "grpc-port: 70000 | :2: grpc-port: 70000 (expected: 0 to 65535)",
                "grpc-port: | :2: grpc-port: no value (expected: 0 to 65535)",
                "grpc-port: [1, 2] | :2: grpc-port: a list (expected: 0 to 65535)",
                "grpc-port: {a: 1} | :2: grpc-port: a map (expected: 0 to 65535)",
                "model-repository: [[a]] | :2: model-repository: a list (expected: a directory of this machine; ",
                "grcp-port: 1 | :2: no such setting: grcp-port (did you mean grpc-port?)",
                "colour: blue | :2: no such setting: colour",
                "config: x.yaml | :2: no such setting: config",
                "demo: false | :2: demo: given twice, first at FILE:1: demo",
                "- demo | :2: not YAML: ",
                "grpc-port: 'a | :3: not YAML: ",
            })
    void linesOfTheFile(String line, String message) throws IOException {
        Path file = Files.writeString(directory.resolve("tern.yaml"), "demo: true\n" + line + "\n");

        assertThatThrownBy(() -> resolve("--config", file.toString()))
                .isInstanceOf(OptionsException.class)
                .message()
                .startsWith(file + message.replace("FILE", file.toString()));
    }

    @Test
    void filesThatAreNoMap() throws IOException {
        Path file = Files.writeString(directory.resolve("tern.yaml"), "\njust words\n");

        assertThatThrownBy(() -> resolve("--config", file.toString()))
                .isInstanceOf(OptionsException.class)
                .hasMessage(file + ":2: expected lines of \"setting: value\"");
    }

    @Test
    void filesThatAreNoText() throws IOException {
        Path file = Files.write(directory.resolve("tern.yaml"), new byte[] {(byte) 0xC3, 0x28});

        assertThatThrownBy(() -> resolve("--config", file.toString()))
                .isInstanceOf(OptionsException.class)
                .hasMessage("--config: " + file + " (expected: text in UTF-8)");
    }
}
