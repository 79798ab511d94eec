package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.NoLeaks;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A split request whose caller goes, or whose deadline passes, while its first part runs: the others never do. */
@Tag("protocol")
class SplitLatenessTest {
    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private GatedServer server;
    private GRPCInferenceServiceFutureStub stub;

    @BeforeEach
    void serve() throws Exception {
        server = GatedServer.splitting(directory);
        stub = GRPCInferenceServiceGrpc.newFutureStub(server.channel());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void isAnsweredInOneWhenAllPartsHaveRun() throws Exception {
        ListenableFuture<ModelInferResponse> answer = stub.modelInfer(GatedServer.request(1, 2, 3));
        server.letRun(3);
        assertThat(answer.get(20, TimeUnit.SECONDS).getRawOutputContents(0)).isEqualTo(Requests.longs(1, 2, 3));
        assertThat(server.runs()).isEqualTo(3);
    }

    @Test
    void cancellationTakesTheQueuedPartsAlong() throws Exception {
        ListenableFuture<ModelInferResponse> cancelled = stub.modelInfer(GatedServer.request(1, 2, 3, 4));
        Await.until("the first part runs, the others wait", () -> server.runs() == 1 && server.queued() == 3);
        cancelled.cancel(true);
        Await.until("they do no more", () -> server.queued() == 0);
        onlyTheNextRuns("CANCELLED");
    }

    @Test
    void theDeadlineTakesTheQueuedPartsAlong() throws Exception {
        ListenableFuture<ModelInferResponse> late =
                stub.withDeadlineAfter(1, TimeUnit.SECONDS).modelInfer(GatedServer.request(1, 2, 3, 4));
        Await.until("the first part runs", () -> server.runs() == 1);
        assertThat(Refused.by(late).code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        Await.until("the others do not wait", () -> server.queued() == 0);
        // The client's own clock, which started first, may have the call cancelled just before the deadline.
        onlyTheNextRuns("DEADLINE_EXCEEDED", "CANCELLED");
    }

    /** Lets the part that runs end, and one more request run. */
    private void onlyTheNextRuns(String... firstOutcomes) throws Exception {
        assertThat(server.inFlight()).as("its part that runs needs the model").isOne();
        ListenableFuture<ModelInferResponse> next = stub.modelInfer(GatedServer.request(9));
        server.letRun(10);
        assertThat(next.get(20, TimeUnit.SECONDS).getRawOutputContents(0)).isEqualTo(Requests.longs(9));
        assertThat(server.runs()).isEqualTo(2);
        Await.until("both are counted", () -> server.outcomes().size() == 2);
        assertThat(server.outcomes().get(0)).isIn((Object[]) firstOutcomes);
        assertThat(server.outcomes()).last().isEqualTo("OK");
    }
}
