package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.testing.Race;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels in place of versions: those of the configuration, and those that are set while the server runs. */
class LabelsTest {
    private static final int SETTERS = 4;
    private static final long SETS = 200;

    @TempDir
    private Path directory;

    private final FakeFactory factory = new FakeFactory();
    private final ManualExecutor loaders = new ManualExecutor();
    private ModelRepository repository;

    @BeforeEach
    void serve() {
        TestModels.model(directory, "m", "1", "3", "4", "7");
        TestModels.config(
                directory,
                "m",
                "version_policy { specific { versions: [1, 3, 4] } } parameters { key: 'tern.version.labels' value {"
                        + " string_value: 'stable:3,canary:4,gone:7,none:9' } }");
        TestModels.model(directory, "plain", "2");
        TestModels.model(directory, "broken", "1");
        TestModels.config(
                directory, "broken", "parameters { key: 'tern.version.labels' value { string_value: 'stable:1' } }");
        factory.fail("broken/1", "the file is no model");
        repository = new ModelRepository(
                RepositoryOptions.of(directory), factory, Runnable::run, loaders, loaders, new ManualClock());
        assertThat(repository.start()).isNotDone();
        loaders.runAll();
    }

    @Test
    void aLabelStandsForItsVersion() {
        assertThat(served("m", "stable")).isEqualTo(3);
        assertThat(served("m", "canary")).isEqualTo(4);
        assertThat(served("m", "")).as("without a version").isEqualTo(4);
        assertThat(repository.labels("m")).isEqualTo(Map.of("canary", 4L, "gone", 7L, "none", 9L, "stable", 3L));
        assertThat(repository.labels("plain")).isEmpty();
        assertThat(repository.labels("nope")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            m      | gone   | NOT_FOUND        | label 'gone' of model 'm' stands for version 7: Request for unknown model: 'm' version 7 is not found
            m      | none   | NOT_FOUND        | label 'none' of model 'm' stands for version 9: Request for unknown model: 'm' version 9 is not found
            m      | beta   | INVALID_ARGUMENT | failed to get model version from specified version string 'beta' (details: stol), version should be an integral value > 0, or a label of model 'm': canary, gone, none, stable
            m      | Stable | INVALID_ARGUMENT | failed to get model version from specified version string 'Stable' (details: stol), version should be an integral value > 0, or a label of model 'm': canary, gone, none, stable
            plain  | stable | INVALID_ARGUMENT | failed to get model version from specified version string 'stable' (details: stol), version should be an integral value > 0
            broken | stable | NOT_FOUND        | Request for unknown model: 'broken' has no available versions
            nope   | stable | NOT_FOUND        | Request for unknown model: 'nope' is not found
            m      | _x     | INVALID_ARGUMENT | failed to get model version from specified version string '_x' (details: stol), version should be an integral value > 0
            """)
    void whatALabelDoesNotLeadToIsNamed(String model, String label, Kind kind, String message) {
        Refusal refusal = (Refusal) repository.acquire(model, label);
        assertThat(refusal.failure().kind()).isEqualTo(kind);
        assertThat(refusal.failure().message()).isEqualTo(message);
    }

    @Test
    void theOperatorIsWarnedOfLabelsThatLeadNowhere() {
        assertThat(repository.index().get(1).versions().get(0).warnings())
                .containsExactly(
                        "parameters[tern.version.labels]: label 'gone' stands for version 7, which is not among those"
                                + " served: 1, 3, 4",
                        "parameters[tern.version.labels]: label 'none' stands for version 9, which is not among those"
                                + " served: 1, 3, 4",
                        "made for a test");
    }

    @Test
    void whatIsSetWinsOverTheConfiguration() {
        set("m", "stable", "4");
        set("m", "beta", "1");
        set("plain", "stable", "2");
        assertThat(served("m", "stable")).isEqualTo(4);
        assertThat(served("m", "beta")).isEqualTo(1);
        assertThat(served("plain", "stable")).isEqualTo(2);
        set("m", "beta", "stable");
        assertThat(served("m", "beta")).as("what another label stands for").isEqualTo(4);
        assertThat(repository.labels("m"))
                .isEqualTo(Map.of("beta", 4L, "canary", 4L, "gone", 7L, "none", 9L, "stable", 4L));
    }

    @Test
    void aLabelThatIsRemovedIsNone() {
        set("m", "beta", "1");
        assertThat(repository.removeLabel("m", "beta")).isEqualTo(OptionalLong.of(1));
        assertThat(repository.removeLabel("m", "stable")).isEqualTo(OptionalLong.of(3));
        assertThat(repository.removeLabel("m", "stable")).isEmpty();
        assertThat(repository.removeLabel("m", "unheard")).isEmpty();
        assertThat(repository.labels("m")).containsOnlyKeys("canary", "gone", "none");
        assertThat(repository.acquire("m", "stable")).isInstanceOf(Refusal.class);

        set("m", "stable", "1");
        assertThat(served("m", "stable")).isEqualTo(1);
    }

    @Test
    void whoSetsALabelIsToldWhatItStoodFor() {
        assertThat(set("m", "stable", "4")).as("in the configuration").isEqualTo(OptionalLong.of(3));
        assertThat(set("m", "stable", "1")).as("set before").isEqualTo(OptionalLong.of(4));
        assertThat(set("m", "beta", "1")).as("not there before").isEmpty();
        assertThat(repository.removeLabel("m", "beta")).isEqualTo(OptionalLong.of(1));
        assertThat(set("m", "beta", "3")).as("removed before").isEmpty();
    }

    @RepeatedTest(20)
    void ofTwoWhoSetItAtTheSameTimeEachIsToldSomethingElse() {
        Map<Long, Integer> told = new ConcurrentHashMap<>();
        Labels labels = new Labels();
        Race.together(IntStream.rangeClosed(1, SETTERS)
                .<Runnable>mapToObj(setter -> () -> {
                    for (long i = 0; i < SETS; i++) {
                        long before = labels.set("m", Map.of(), "stable", setter * SETS + i)
                                .orElse(0);
                        told.merge(before, 1, Integer::sum);
                    }
                })
                .toArray(Runnable[]::new));
        long last = labels.version("m", Map.of(), "stable").orElseThrow();

        assertThat(told).hasSize((int) (SETTERS * SETS)).doesNotContainKey(last).containsKey(0L);
        assertThat(told.values()).containsOnly(1);
    }

    private long served(String model, String version) {
        ServedVersion served = (ServedVersion) repository.acquire(model, version);
        served.release();
        return served.version();
    }

    private OptionalLong set(String model, String label, String version) {
        ServedVersion served = (ServedVersion) repository.acquire(model, version);
        OptionalLong before = repository.setLabel(label, served);
        served.release();
        return before;
    }
}
