package dev.tern.server.boot;

import static dev.tern.server.testing.Tensors.floats;
import static dev.tern.server.testing.Tensors.longs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model whose runs take as long as the request says, on a server with one runner. */
@Timeout(120)
class EndedRunTest {
    private static final long HOURS = 1L << 40;

    @TempDir
    Path directory;

    private TestServer server;

    @BeforeEach
    void serve() {
        ModelDirectory.of(directory, "slow")
                .version(1, OnnxModels.slow())
                .config("max_batch_size: 4 dynamic_batching {} instance_group { count: 1 }");
        server = TestServer.builder(directory).executionSlots(1).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void runThatPassesItsDeadlineMakesWayForTheNext() throws Exception {
        assertIsLate();
        assertTheNextOneIsServed();
    }

    @Test
    void runWhoseCallerCancelsMakesWayForTheNext() throws Exception {
        ListenableFuture<ModelInferResponse> running =
                GRPCInferenceServiceGrpc.newFutureStub(server.channel()).modelInfer(request(HOURS));
        while (server.inFlight() == 0) {
            Thread.onSpinWait();
        }
        running.cancel(true);
        assertTheNextOneIsServed();
    }

    private void assertIsLate() {
        StatusRuntimeException late = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> server.stub()
                        .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                        .modelInfer(request(HOURS)));
        assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    private void assertTheNextOneIsServed() throws IOException, InterruptedException {
        List<Tensor> outputs = Requests.infer(server, "slow", inputs(1));
        assertThat(floats(outputs.get(0))[0]).isEqualTo(0.5f);
    }

    @Test
    void runWithoutDeadlineThatTakesTooLongMakesWayForTheNext() throws Exception {
        server.close();
        ModelDirectory.of(directory, "slow")
                .version(1, OnnxModels.slow())
                .config("max_batch_size: 4 dynamic_batching {} instance_group { count: 1 }"
                        + " parameters { key: 'tern.max_execution_ms' value { string_value: '300' } }");
        server = TestServer.builder(directory).executionSlots(1).start();
        StatusRuntimeException ended = catchThrowableOfType(
                StatusRuntimeException.class, () -> server.stub().modelInfer(request(HOURS)));
        assertThat(ended.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(ended.getStatus().getDescription())
                .isEqualTo("the model's run took longer than a run may take, and was ended");
        assertTheNextOneIsServed();
    }

    @Test
    void endedRunsAreCounted() throws Exception {
        assertIsLate();
        assertTheNextOneIsServed();
        assertThat(server.metrics())
                .contains("tern_inference_executions_total{model=\"slow\",outcome=\"terminated\",version=\"1\"} 1.0")
                .contains("tern_runners_replaced_total{model=\"slow\",version=\"1\"} 0.0");
    }

    private static Tensor[] inputs(long iterations) {
        float[] ones = new float[64];
        Arrays.fill(ones, 1);
        return new Tensor[] {Tensors.floats("x", Shape.of(1, 64), ones), longs("iters", Shape.of(1, 1), iterations)};
    }

    private static ModelInferRequest request(long iterations) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("slow");
        for (Tensor input : inputs(iterations)) {
            ModelInferRequest.InferInputTensor.Builder tensor = request.addInputsBuilder()
                    .setName(input.name())
                    .setDatatype(input.type().name());
            for (long dim : input.shape().toArray()) {
                tensor.addShape(dim);
            }
            request.addRawInputContents(ByteString.copyFrom(Tensors.bytes(input)));
        }
        return request.build();
    }
}
