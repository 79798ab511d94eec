package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.boot.TestServer;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A run that fails: only the request at fault is told, in Triton's words and without paths. */
@Tag("protocol")
class RunFailureTest {
    private static final int REQUESTS = 120;
    private static final int BAD_EVERY = 7;

    private static TestServer server;

    @RegisterExtension
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @BeforeAll
    static void serve(@TempDir Path repository) {
        // The delay makes batches of several requests certain.
        ModelDirectory.of(repository, "picky")
                .version(1, OnnxModels.gatherBadId())
                .config("max_batch_size: 64 dynamic_batching { max_queue_delay_microseconds: 2000 }");
        server = TestServer.serving(repository);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void watch() {
        noLeaks.watch("requests in flight", () -> server.inFlight());
    }

    @Test
    void isWordedAsTritonDoesWithoutPaths() {
        Refused refused = Refused.by(() -> server.stub().modelInfer(request(99)));
        assertThat(refused.code()).isEqualTo(Status.Code.INTERNAL);
        assertThat(refused.message()).matches("onnx runtime error \\d+: \\S.*").doesNotContain(".cc", "/", "\n");
    }

    @Test
    void batchMatesOfTheOffenderGetTheirNumbers() throws Exception {
        GRPCInferenceServiceFutureStub stub = GRPCInferenceServiceGrpc.newFutureStub(server.channel());
        List<Future<ModelInferResponse>> answers = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            answers.add(stub.modelInfer(request(isBad(i) ? 1000 + i : i % 8)));
        }
        for (int i = 0; i < REQUESTS; i++) {
            if (isBad(i)) {
                assertThat(Refused.by(answers.get(i)).code()).isEqualTo(Status.Code.INTERNAL);
            } else {
                assertThat(answers.get(i).get(30, TimeUnit.SECONDS).getRawOutputContents(0))
                        .isEqualTo(row(i % 8));
            }
        }
    }

    private static boolean isBad(int i) {
        return i % BAD_EVERY == 3;
    }

    private static ByteString row(int id) {
        return Requests.floats(4f * id, 4f * id + 1, 4f * id + 2, 4f * id + 3);
    }

    private static ModelInferRequest request(long id) {
        return Requests.raw("picky", "id", "INT64", Requests.longs(id), 1, 1).build();
    }
}
