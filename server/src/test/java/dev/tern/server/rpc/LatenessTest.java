package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.NoLeaks;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A queued request that nobody waits for any more never runs, and leaves nothing behind. */
@Tag("protocol")
class LatenessTest {
    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private GatedServer server;
    private GRPCInferenceServiceFutureStub stub;
    private ListenableFuture<ModelInferResponse> running;

    /** One request runs, so that the next ones queue. */
    @BeforeEach
    void occupyTheModel() throws Exception {
        server = GatedServer.ready(directory);
        stub = GRPCInferenceServiceGrpc.newFutureStub(server.channel());
        running = stub.modelInfer(GatedServer.request(1));
        Await.until("the first request runs", () -> server.runs() == 1);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aRequestWhoseDeadlinePassesInTheQueueNeverRuns() throws Exception {
        ListenableFuture<ModelInferResponse> late =
                stub.withDeadlineAfter(100, TimeUnit.MILLISECONDS).modelInfer(GatedServer.request(2));
        assertThat(Refused.by(late).code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        Await.until("the server has answered it", () -> server.inFlight() == 1);
        letTheRestRun();
        assertThat(server.runs()).isEqualTo(2);
        // The client's own clock, which started first, may have the call cancelled just before the deadline.
        assertThat(server.outcomes().get(0)).isIn("DEADLINE_EXCEEDED", "CANCELLED");
    }

    /** The deadline is in the call's headers only, so that the server's clock alone decides. */
    @Test
    void aRequestIsLateByTheServersOwnClock() throws Exception {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), "100m");
        ListenableFuture<ModelInferResponse> late = stub.withInterceptors(
                        MetadataUtils.newAttachHeadersInterceptor(headers))
                .modelInfer(GatedServer.request(2));
        // gRPC resets the stream at the same moment: either may reach the client first.
        assertThat(Refused.by(late).code()).isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED);
        letTheRestRun();
        assertThat(server.runs()).isEqualTo(2);
        assertThat(server.outcomes()).containsExactly("DEADLINE_EXCEEDED", "OK", "OK");
    }

    @Test
    void aCancelledRequestThatQueuesNeverRuns() throws Exception {
        ListenableFuture<ModelInferResponse> cancelled = stub.modelInfer(GatedServer.request(2));
        Await.until("it queues", () -> server.inFlight() == 2);
        cancelled.cancel(true);
        Await.until("the server has noticed", () -> server.inFlight() == 1);
        letTheRestRun();
        assertThat(server.runs()).isEqualTo(2);
        assertThat(server.outcomes()).containsExactly("CANCELLED", "OK", "OK");
    }

    @Test
    void aCancelledRequestThatRunsHarmsNobody() throws Exception {
        running.cancel(true);
        // It comes on the same connection, and so after the cancellation.
        ListenableFuture<ModelInferResponse> next = stub.modelInfer(GatedServer.request(7));
        Await.until("the next one queues", () -> server.inFlight() == 2);
        server.letRun(2);
        assertThat(next.get(20, TimeUnit.SECONDS).getRawOutputContents(0)).isEqualTo(Requests.longs(7));
        Await.until("both are counted", () -> server.outcomes().equals(List.of("CANCELLED", "OK")));
    }

    @Test
    void aConnectionThatBreaksTakesItsRequestsOutOfTheQueue() throws Exception {
        ListenableFuture<ModelInferResponse> queued = stub.modelInfer(GatedServer.request(2));
        Await.until("it queues", () -> server.inFlight() == 2);
        server.channel().shutdownNow();
        assertThat(Refused.by(queued).code()).isEqualTo(Status.Code.UNAVAILABLE);
        Await.until("the server has noticed", () -> server.inFlight() == 1);
        Await.until("it is counted", () -> server.outcomes().equals(List.of("CANCELLED")));
        assertThat(server.runs()).isEqualTo(1);
    }

    /** Runs what runs and one more, which comes after all that were queued. */
    private void letTheRestRun() throws Exception {
        ListenableFuture<ModelInferResponse> last = stub.modelInfer(GatedServer.request(3));
        Await.until("the last one queues", () -> server.inFlight() == 2);
        server.letRun(10);
        assertThat(running.get(20, TimeUnit.SECONDS).getRawOutputContents(0)).isEqualTo(Requests.longs(1));
        assertThat(last.get(20, TimeUnit.SECONDS).getRawOutputContents(0)).isEqualTo(Requests.longs(3));
        Await.until("all is over", () -> server.inFlight() == 0);
        Await.until("all is counted", () -> server.outcomes().size() == 3);
    }
}
