package dev.tern.server.boot.options;

import static dev.tern.server.boot.options.CommandLines.HEAP_BYTES;
import static dev.tern.server.boot.options.CommandLines.USER_HOME;
import static dev.tern.server.boot.options.CommandLines.resolve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.batching.Resources;
import dev.tern.server.host.CpuSet;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.rpc.CompressionLevel;
import dev.tern.server.tracing.TraceLevel;
import dev.tern.server.tracing.TraceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.UnmatchedArgumentException;

class ServeOptionsTest {
    private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    @Test
    void defaults() {
        assertThat(resolve("--demo"))
                .isEqualTo(new ServerOptions(
                        new ServerOptions.Models(
                                List.of(),
                                true,
                                Optional.empty(),
                                true,
                                4,
                                true,
                                Duration.ofSeconds(120),
                                USER_HOME.resolve(".local/state/tern"),
                                Duration.ofSeconds(4)),
                        new ServerOptions.Network(
                                "0.0.0.0", 8001, 8000, 8002, "127.0.0.1", OptionalInt.of(8003), 256 << 20, 256),
                        new ServerOptions.Execution(256, 2, 6, 4096, false, TWO_MINUTES),
                        new ServerOptions.ResponseCache(HEAP_BYTES / 4, Optional.empty()),
                        new ServerOptions.Lifecycle(true, true, Duration.ZERO, Duration.ofSeconds(30)),
                        new ServerOptions.Logging("info", "text", TraceSettings.INITIAL, Optional.empty())));
    }

    @Test
    void withoutWarmUpThereIsNoBudget() {
        assertThat(resolve("--demo", "--warm-up=none", "--warm-up-budget=3s")
                        .models()
                        .warmUpBudget())
                .isZero();
    }

    @Test
    void everySettingIsReadFromFlags() {
        String[] flags = texts().entrySet().stream()
                .map(it -> "--" + it.getKey() + "=" + it.getValue())
                .toArray(String[]::new);

        assertThat(resolve(flags)).isEqualTo(mapped());
    }

    @Test
    void everySettingIsReadFromTheEnvironment() {
        Map<String, String> environment = new LinkedHashMap<>();
        texts().forEach((name, text) ->
                environment.put("TERN_" + name.toUpperCase(Locale.ROOT).replace('-', '_'), text));

        assertThat(resolve(environment)).isEqualTo(mapped());
    }

    @Test
    void everySettingIsReadFromTheFile() throws IOException {
        StringBuilder yaml = new StringBuilder();
        texts().forEach((name, text) -> yaml.append(name + ": " + text + "\n"));

        assertThat(resolve("--config", file(yaml.toString()))).isEqualTo(mapped());
    }

    @Test
    void theFullMappingForgetsNoSetting() {
        assertThat(Settings.ALL)
                .extracting(Setting::name)
                .filteredOn(it -> !it.equals("config") && !it.equals("exit-timeout-secs") && !it.startsWith("redis"))
                .containsExactlyElementsOf(texts().keySet());
    }

    @Test
    void flagsWinOverTheEnvironmentAndThatOverTheFile() throws IOException {
        String file = file("grpc-port: 1\nhttp-port: 1\nmetrics-port: 1\n");
        Map<String, String> environment = Map.of("TERN_GRPC_PORT", "2", "TERN_HTTP_PORT", "2");

        ServerOptions.Network network = resolve(environment, "--demo", "--config", file, "--grpc-port=3")
                .network();

        assertThat(List.of(network.grpcPort(), network.httpPort(), network.metricsPort()))
                .containsExactly(3, 2, 1);
    }

    @Test
    void repositoriesOfOneSourceReplaceThoseOfTheNext() throws IOException {
        Path first = Files.createDirectory(directory.resolve("first"));
        Path second = Files.createDirectory(directory.resolve("second"));
        String file = file("model-repository: [" + first + ", " + second + "]\n");

        assertThat(resolve("--config", file).models().repositories()).containsExactly(first, second);
        assertThat(resolve(Map.of("TERN_MODEL_REPOSITORY", second + ":" + first), "--config", file)
                        .models()
                        .repositories())
                .containsExactly(second, first);
        assertThat(resolve("--model-repository", "" + first, "--model-store=" + second, "--config", file)
                        .models()
                        .repositories())
                .containsExactly(first, second);
    }

    @Test
    void valuesWithColonsAreSeparatedBySemicolonsInTheEnvironment() {
        Map<String, String> environment =
                Map.of("TERN_RATE_LIMIT", "execution_count", "TERN_RATE_LIMIT_RESOURCE", "R1:10;R2:5:0");

        assertThat(resolve(environment, "--demo").execution().resourceLimits())
                .containsExactly(
                        new Resources.Limit("R1", 10, OptionalInt.empty()),
                        new Resources.Limit("R2", 5, OptionalInt.of(0)));
    }

    @Test
    void hostPoliciesAreGivenOneSettingAtATime() {
        assertThat(resolve("--demo", "--host-policy=near,numa-node=0", "--host-policy=near,cpu-cores=2")
                        .execution()
                        .hostPolicies())
                .containsExactly(
                        new HostPolicy("near", Optional.empty(), OptionalInt.of(0)),
                        new HostPolicy("near", Optional.of(new CpuSet(List.of(2))), OptionalInt.empty()));
    }

    @Test
    void tracesAreSetOneSettingAtATime() {
        ServerOptions.Logging logging = resolve(
                        "--demo",
                        "--trace-config=triton,file=traces.json",
                        "--trace-config=level=TIMESTAMPS",
                        "--trace-config=level=TENSORS",
                        "--trace-config=triton,rate=1",
                        "--trace-config=count=5",
                        "--trace-config=log-frequency=2",
                        "--trace-config=mode=triton")
                .logging();
        assertThat(logging.traces())
                .isEqualTo(new TraceSettings(Set.of(TraceLevel.TIMESTAMPS, TraceLevel.TENSORS), 1, 5, 2));
        assertThat(logging.traceFile()).contains(Path.of("traces.json"));
        assertThat(resolve("--demo").logging().traces()).isEqualTo(TraceSettings.INITIAL);
    }

    @Test
    void theDistributionsFileIsReadUnlessAnotherIsNamed() throws IOException {
        Files.createDirectory(directory.resolve("conf"));
        Files.writeString(directory.resolve("conf/tern.yaml"), "grpc-port: 1\n");
        Surroundings installed = new Surroundings(Map.of(), Optional.of(directory), USER_HOME, 8, HEAP_BYTES);

        assertThat(resolve(installed, "--demo").network().grpcPort()).isEqualTo(1);
        assertThat(resolve(installed, "--demo", "--config", file("http-port: 2"))
                        .network())
                .returns(8001, ServerOptions.Network::grpcPort)
                .returns(2, ServerOptions.Network::httpPort);
    }

    @Test
    void theEnvironmentMayNameTheFile() throws IOException {
        assertThat(resolve(Map.of("TERN_CONFIG", file("demo: true\ngrpc-port: 7\n")))
                        .network()
                        .grpcPort())
                .isEqualTo(7);
    }

    @Test
    void switchesNeedNoValue() {
        assertThat(resolve("--demo", "--disable-auto-complete-config", "--exit-on-error=0"))
                .returns(false, it -> it.models().autoComplete())
                .returns(false, it -> it.lifecycle().exitOnError());
    }

    @Test
    void coresDecideHowManyThreadsThereAre() {
        assertThat(onCores(1)).isEqualTo(new ServerOptions.Execution(256, 1, 1, 4096, false, TWO_MINUTES));
        assertThat(onCores(2)).isEqualTo(new ServerOptions.Execution(256, 1, 1, 4096, false, TWO_MINUTES));
        assertThat(onCores(16)).isEqualTo(new ServerOptions.Execution(256, 4, 12, 4096, false, TWO_MINUTES));
        assertThat(onCores(16, "--grpc-event-loops=1"))
                .isEqualTo(new ServerOptions.Execution(256, 1, 15, 4096, false, TWO_MINUTES));
    }

    @Test
    void theStateDirectoryFollowsXdg() {
        assertThat(resolve(Map.of("XDG_STATE_HOME", "/var/state"), "--demo")
                        .models()
                        .stateDirectory())
                .isEqualTo(Path.of("/var/state/tern"));
    }

    @Test
    void theExitTimeoutCanBeSpelledAsTritonDoes() {
        assertThat(resolve("--demo", "--exit-timeout-secs=7").lifecycle().exitTimeout())
                .isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void theAdminPortCanBeOff() {
        assertThat(resolve("--demo", "--admin-port=off").network().adminPort()).isEmpty();
    }

    @Test
    void helpIsGroupedAndNamesEverySettingWithItsDefault() {
        String help = CommandLines.serve().getUsageMessage();

        assertThat(help)
                .containsSubsequence(
                        "Configuration:",
                        "Models:",
                        "--model-store, --model-repository=DIR",
                        "Network:",
                        "--grpc-port=PORT",
                        "[8001]",
                        "Batching and execution:",
                        "Start, readiness and end:",
                        "Logging:",
                        "TERN_GRPC_PORT");
        assertThat(Settings.ALL).allSatisfy(it -> assertThat(help).contains(it.flag()));
        assertThat(help.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void misspeltFlagsAreRefused() {
        assertThatThrownBy(() -> resolve("--grpc-prot=1"))
                .isInstanceOf(UnmatchedArgumentException.class)
                .hasMessageContaining("--grpc-prot");
    }

    private static ServerOptions.Execution onCores(int cores, String... flags) {
        Surroundings machine =
                new Surroundings(Map.of("TERN_DEMO", "1"), Optional.empty(), USER_HOME, cores, HEAP_BYTES);
        return resolve(machine, flags).execution();
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(directory.resolve("settings.yaml"), yaml).toString();
    }

    /** A text other than the default for every setting, in the table's order. */
    private Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("model-repository", directory.toString());
        texts.put("demo", "true");
        texts.put("model-config-name", "h100");
        texts.put("disable-auto-complete-config", "true");
        texts.put("model-control-mode", "explicit");
        texts.put("load-model", "ranker");
        texts.put("repository-poll-secs", "30");
        texts.put("model-load-thread-count", "9");
        texts.put("model-load-retry-count", "2");
        texts.put("model-memory-limit", "5GiB");
        texts.put("trial-load", "off");
        texts.put("trial-load-timeout", "5m");
        texts.put("warm-up", "auto");
        texts.put("warm-up-budget", "1700ms");
        texts.put("state-dir", "/srv/state");
        texts.put("host", "127.0.0.1");
        texts.put("grpc-port", "9001");
        texts.put("http-port", "9000");
        texts.put("metrics-port", "9002");
        texts.put("admin-port", "9003");
        texts.put("admin-host", "10.0.0.1");
        texts.put("max-message-size", "64MiB");
        texts.put("stream-window", "17");
        texts.put("grpc-infer-response-compression-level", "medium");
        texts.put("grpc-header-forward-pattern", "x-.*");
        texts.put("allow-client-shm", "true");
        texts.put("default-max-batch-size", "32");
        texts.put("grpc-event-loops", "3");
        texts.put("execution-slots", "5");
        texts.put("background-niceness", "7");
        texts.put("default-max-queue-size", "77");
        texts.put("overload-status", "unavailable");
        texts.put("max-execution-time", "1500ms");
        texts.put("rate-limit", "execution_count");
        texts.put("rate-limit-resource", "memory:4:0");
        texts.put("host-policy", "far,cpu-cores=0-3,8");
        texts.put("cache-size", "3GiB");
        texts.put("cache-secret-file", "secret");
        texts.put("exit-on-error", "false");
        texts.put("strict-readiness", "false");
        texts.put("drain-delay", "250ms");
        texts.put("exit-timeout", "45s");
        texts.put("log-level", "debug");
        texts.put("log-format", "json");
        texts.put("trace-config", "triton,file=/srv/traces.json");
        return texts;
    }

    private ServerOptions mapped() {
        return new ServerOptions(
                new ServerOptions.Models(
                        List.of(directory),
                        true,
                        Optional.of("h100"),
                        false,
                        9,
                        false,
                        Duration.ofMinutes(5),
                        Path.of("/srv/state"),
                        Duration.ofMillis(1700),
                        new ControlSettings(
                                ControlMode.EXPLICIT,
                                List.of("ranker"),
                                Duration.ofSeconds(30),
                                2,
                                OptionalLong.of(5L << 30))),
                new ServerOptions.Network(
                        "127.0.0.1",
                        9001,
                        9000,
                        9002,
                        "10.0.0.1",
                        OptionalInt.of(9003),
                        64 << 20,
                        17,
                        CompressionLevel.MEDIUM,
                        Optional.of("x-.*"),
                        Optional.of(Path.of("/dev/shm"))),
                new ServerOptions.Execution(
                        32,
                        3,
                        5,
                        77,
                        true,
                        Duration.ofMillis(1500),
                        true,
                        List.of(new Resources.Limit("memory", 4, OptionalInt.of(0))),
                        List.of(new HostPolicy(
                                "far", Optional.of(new CpuSet(List.of(0, 1, 2, 3, 8))), OptionalInt.empty())),
                        7),
                new ServerOptions.ResponseCache(3L << 30, Optional.of(Path.of("secret"))),
                new ServerOptions.Lifecycle(false, false, Duration.ofMillis(250), Duration.ofSeconds(45)),
                new ServerOptions.Logging(
                        "debug", "json", TraceSettings.INITIAL, Optional.of(Path.of("/srv/traces.json"))));
    }
}
