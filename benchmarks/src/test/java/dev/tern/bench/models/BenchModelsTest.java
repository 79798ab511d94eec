package dev.tern.bench.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchModelsTest {
    @TempDir
    Path repository;

    @Test
    void everyNameIsThereOnce() {
        assertThat(BenchModels.names())
                .doesNotHaveDuplicates()
                .contains("mlp-1024-unbatched", "mlp-2048-fixed-0", "mlp-2048-fixed-5000", "mlp-2048-adaptive")
                .contains("mlp-1024-priority", "history-equal", "session-padded");
    }

    @Test
    void everyConfigurationNamesItsNetworksTensors() throws Exception {
        for (Network network : Network.ALL) {
            ModelProto model = network.weights().apply(1);
            for (Schedule schedule : network.schedules()) {
                ModelConfig config = parse(network.config(schedule));
                assertThat(config.getMaxBatchSize()).isEqualTo(network.maxBatchSize());
                assertThat(config.getInputList())
                        .extracting(each -> each.getName())
                        .containsExactlyElementsOf(names(model.getGraph().getInputList()));
                assertThat(config.getOutputList())
                        .extracting(each -> each.getName())
                        .containsExactlyElementsOf(names(model.getGraph().getOutputList()));
            }
        }
    }

    @Test
    void schedulesSayWhatTheirNamesDo() throws Exception {
        BenchModels.write(
                repository,
                1,
                List.of("mlp-1024-unbatched", "mlp-1024-fixed-500", "mlp-1024-objective", "mlp-1024-priority"));
        assertThat(config("mlp-1024-unbatched").hasDynamicBatching()).isFalse();
        assertThat(config("mlp-1024-fixed-500").getDynamicBatching().getMaxQueueDelayMicroseconds())
                .isEqualTo(500);
        ModelConfig objective = config("mlp-1024-objective");
        assertThat(objective.getParametersOrThrow("tern.batching.mode").getStringValue())
                .isEqualTo("adaptive");
        assertThat(objective
                        .getParametersOrThrow("tern.batching.latency_objective_ms")
                        .getStringValue())
                .isEqualTo("10");
        assertThat(config("mlp-1024-priority").getDynamicBatching().getPriorityLevels())
                .isEqualTo(2);
    }

    @Test
    void aSeedMakesTheSameFileAgainAndAnotherSeedAnother() throws IOException {
        List<String> session = List.of("session-equal");
        Path file = repository.resolve("session-equal/1/model.onnx");
        BenchModels.write(repository, 1, session);
        byte[] first = Files.readAllBytes(file);
        BenchModels.write(repository, 2, session);
        assertThat(Files.readAllBytes(file)).isNotEqualTo(first);
        BenchModels.write(repository, 1, session);
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }

    /** They may share their file: writing one anew must not write into the other's. */
    @Test
    void rewritingOneModelLeavesTheOthers() throws IOException {
        BenchModels.write(repository, 1, List.of("session-equal", "session-unbatched"));
        byte[] first = Files.readAllBytes(repository.resolve("session-equal/1/model.onnx"));
        BenchModels.write(repository, 2, List.of("session-unbatched"));
        assertThat(Files.readAllBytes(repository.resolve("session-equal/1/model.onnx")))
                .isEqualTo(first);
    }

    private ModelConfig config(String model) throws IOException {
        return parse(Files.readString(repository.resolve(model).resolve("config.pbtxt")));
    }

    private static ModelConfig parse(String text) throws TextFormat.ParseException {
        return TextFormat.parse(text, ModelConfig.class);
    }

    private static List<String> names(List<ValueInfoProto> tensors) {
        return tensors.stream().map(ValueInfoProto::getName).toList();
    }
}
