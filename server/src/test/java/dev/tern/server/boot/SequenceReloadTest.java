package dev.tern.server.boot;

import static dev.tern.server.testing.SequenceModels.FACTOR;
import static dev.tern.server.testing.SequenceModels.FLAGS;
import static dev.tern.server.testing.SequenceModels.STATE;
import static dev.tern.server.testing.SequenceModels.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.server.engine.onnx.OpenNatives;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.SequenceModels;
import dev.tern.server.testing.Tensors;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models with sequences that are loaded: what becomes of sequences under way, and what is not loaded. */
@Timeout(120)
class SequenceReloadTest {
    private static final String SEQUENCES =
            "max_batch_size: 8 sequence_batching { max_sequence_idle_microseconds: 600000000 " + FLAGS
                    + id("TYPE_UINT64") + STATE + "} ";

    private static final InferParameter YES =
            InferParameter.newBuilder().setBoolParam(true).build();

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    @Test
    void sequencesUnderWayGoOnWithOtherInstancesAndEndWithTheirModel() {
        ModelDirectory model = ModelDirectory.of(directory, "m")
                .version(1, SequenceModels.counter(DataType.UINT64))
                .config(SEQUENCES + "instance_group { count: 1 }");
        ControlSettings explicit =
                new ControlSettings(ControlMode.EXPLICIT, List.of("*"), Duration.ofMillis(50), 0, OptionalLong.empty());
        try (TestServer server = TestServer.builder(directory).control(explicit).start()) {
            assertThat(y(server, 2, "sequence_start")).isEqualTo(2);
            long sessions = OpenNatives.sessionsOpened();
            model.config(SEQUENCES + "instance_group { count: 3 }");
            load(server);
            assertThat(OpenNatives.sessionsOpened()).as("no session was opened").isEqualTo(sessions);
            assertThat(y(server, 3, "")).isEqualTo(2 * FACTOR + 3);

            model.version(2, SequenceModels.counter(DataType.UINT64));
            load(server);
            StatusRuntimeException lost = catchThrowableOfType(StatusRuntimeException.class, () -> y(server, 4, ""));
            assertThat(lost.getStatus().getDescription())
                    .isEqualTo("inference request for sequence 1 to model 'm' must specify the START flag on the first"
                            + " request of the sequence");
            assertThat(y(server, 5, "sequence_start")).isEqualTo(5);
        }
    }

    private static long y(TestServer server, long x, String flag) {
        ModelInferRequest.Builder request = request(1, x);
        if (!flag.isEmpty()) {
            request.putParameters(flag, YES);
        }
        return Tensors.longs(
                Requests.tensors(server.stub().modelInfer(request.build())).get(0))[0];
    }

    private static ModelInferRequest.Builder request(long sequence, long x) {
        return Requests.request("m", List.of(Tensors.longs("x", Shape.of(1, 1), x))).toBuilder()
                .putParameters(
                        "sequence_id",
                        InferParameter.newBuilder().setInt64Param(sequence).build());
    }

    private static void load(TestServer server) {
        var unused = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("m")
                        .build());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            short   | initial state of 'state_in': the file initial_state/short has 4 bytes, expected 8
            missing | initial state of 'state_in': the file initial_state/missing cannot be read
            """)
    void anInitialStateMustBeThereAndFit(String file, String reason) {
        ModelDirectory.of(directory, "m")
                .version(1, SequenceModels.counter(DataType.UINT64))
                .file("initial_state/short", new byte[4])
                .config("max_batch_size: 8 sequence_batching { " + FLAGS + id("TYPE_UINT64")
                        + STATE.replace(
                                "dims: 1",
                                "dims: 1 initial_state { name: 'i' data_type: TYPE_INT64 dims: 1 data_file: '" + file
                                        + "' }")
                        + "}");
        try (TestServer server =
                TestServer.builder(directory).strictReadiness(false).start()) {
            assertThat(server.models().toString()).contains(reason);
        }
    }

    @Test
    void aModelThatTakesOneRowIsNotBatched() throws Exception {
        ModelDirectory.of(directory, "m")
                .version(1, SequenceModels.oneRow())
                .config("sequence_batching { oldest { max_candidate_sequences: 10 } " + STATE + "}");
        try (TestServer server =
                TestServer.builder(directory).defaultMaxBatchSize(8).start()) {
            assertThat(server.models().get(0).versions().get(0).warnings())
                    .singleElement()
                    .asString()
                    .startsWith("not batched: ");
            List<ListenableFuture<ModelInferResponse>> answers = new ArrayList<>();
            for (int sequence = 1; sequence <= 20; sequence++) {
                answers.add(GRPCInferenceServiceGrpc.newFutureStub(server.channel())
                        .modelInfer(request(sequence, sequence)
                                .putParameters("sequence_start", YES)
                                .putParameters("sequence_end", YES)
                                .build()));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(Tensors.longs(Requests.tensors(answers.get(i).get(20, TimeUnit.SECONDS))
                                .get(0)))
                        .containsExactly(i + 1);
            }
        }
    }

    @Test
    void aWarmUpSampleHasControlsAndStates() {
        String input = " inputs { key: '%s' value { data_type: %s dims: 1 zero_data: true } }";
        ModelDirectory.of(directory, "m")
                .version(1, SequenceModels.counter(DataType.UINT64))
                .config(SEQUENCES + "model_warmup { name: 'zeros' batch_size: 8"
                        + input.formatted("x", "TYPE_INT64")
                        + input.formatted("START", "TYPE_INT32")
                        + input.formatted("END", "TYPE_INT32")
                        + input.formatted("READY", "TYPE_INT32")
                        + input.formatted("CORRID", "TYPE_UINT64")
                        + input.formatted("state_in", "TYPE_INT64") + " }");
        try (TestServer server =
                TestServer.builder(directory).warmUp(Duration.ofSeconds(1)).start()) {
            assertThat(y(server, 5, "sequence_start")).isEqualTo(5);
        }
    }
}
