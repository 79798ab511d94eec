package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.NoLeaks;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A server that must end before a run does answers those who wait for it, and keeps what the run uses. */
@Tag("protocol")
class CutOffTest {
    private static final Refused CUT_OFF =
            Refused.unavailable("the server is stopping and could not finish the request in time");

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    @Test
    void callersAreAnsweredAtOnceAndTheRunKeepsItsModel() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            ListenableFuture<ModelInferResponse> running = infer(server, 1);
            Await.until("it runs", () -> server.runs() == 1);
            ListenableFuture<ModelInferResponse> queued = infer(server, 2);
            Await.until("the next one queues", () -> server.inFlight() == 2);
            assertThat(server.drain(0)).isFalse();
            assertThat(server.cutOff()).isEqualTo(2);
            assertThat(Refused.by(running)).isEqualTo(CUT_OFF);
            assertThat(Refused.by(queued)).isEqualTo(CUT_OFF);
            assertThat(server.inFlight())
                    .as("the one that runs holds what it needs")
                    .isEqualTo(1);
            Future<List<String>> closed = server.closeModels();
            assertThat(closed.isDone()).as("closed under the run").isFalse();
            assertThat(server.cutOff()).as("nobody waits any more").isZero();
            server.letRun(1);
            Await.until("the run is over", () -> server.inFlight() == 0);
            Await.until("the model is closed", closed::isDone);
            assertThat(server.runs()).isEqualTo(1);
            assertThat(server.outcomes()).containsExactly("UNAVAILABLE", "UNAVAILABLE");
        }
    }

    private static ListenableFuture<ModelInferResponse> infer(GatedServer server, long value) {
        return GRPCInferenceServiceGrpc.newFutureStub(server.channel()).modelInfer(GatedServer.request(value));
    }
}
