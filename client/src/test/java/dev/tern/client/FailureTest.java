package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailureTest {
    private static final InferRequest REQUEST =
            InferRequest.model("m").id("r-1").build();

    private FakeServer server;
    private TernClient client;

    @BeforeEach
    void start() throws IOException {
        server = FakeServer.start(Behaviours.silence());
        client = TernClient.builder(server.target()).build();
    }

    @AfterEach
    void stop() {
        client.close(Duration.ofMillis(1));
        server.close();
    }

    @Test
    void statusAndMessageOfTheServerAreKept() {
        server.behave(Behaviours.failing(Status.INVALID_ARGUMENT.withDescription("unexpected shape")));

        InferException failure = catchThrowableOfType(InferException.class, () -> client.infer(REQUEST));

        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.description()).isEqualTo("unexpected shape");
        assertThat(failure).hasMessage("INVALID_ARGUMENT: unexpected shape");
        assertThat(failure.isDeadlineExceeded()).isFalse();
    }

    @Test
    void statusWithoutMessage() {
        server.behave(Behaviours.failing(Status.NOT_FOUND));

        InferException failure = catchThrowableOfType(InferException.class, () -> client.infer(REQUEST));

        assertThat(failure.description()).isEmpty();
        assertThat(failure).hasMessage("NOT_FOUND");
    }

    @Test
    void futuresFailTheSameWay() {
        server.behave(Behaviours.failing(Status.INVALID_ARGUMENT.withDescription("unexpected shape")));

        assertThat(client.inferAsync(REQUEST))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InferException.class)
                .withMessage("INVALID_ARGUMENT: unexpected shape");
    }

    @Test
    void deadlinesOfRequestAndClient() {
        InferRequest hurried =
                InferRequest.model("m").deadline(Duration.ofMillis(50)).build();
        assertThatExceptionOfType(InferException.class)
                .isThrownBy(() -> client.infer(hurried))
                .matches(InferException::isDeadlineExceeded);

        try (TernClient impatient = TernClient.builder(server.target())
                .deadline(Duration.ofMillis(50))
                .build()) {
            assertThatExceptionOfType(InferException.class)
                    .isThrownBy(() -> impatient.infer(REQUEST))
                    .matches(InferException::isDeadlineExceeded);
        }
    }

    @Test
    void cancellingTheFutureCancelsTheCall() throws InterruptedException {
        CompletableFuture<InferResult> future = client.inferAsync(REQUEST);
        server.nextCall();

        assertThat(future.cancel(true)).isTrue();

        assertThat(server.nextCancelled()).isEqualTo("r-1");
        assertThatExceptionOfType(CancellationException.class).isThrownBy(future::join);
    }

    @Test
    void timingTheFutureOutCancelsTheCall() throws InterruptedException {
        CompletableFuture<InferResult> future = client.inferAsync(REQUEST);
        server.nextCall();

        CompletableFuture<InferResult> same = future.orTimeout(1, TimeUnit.MILLISECONDS);

        assertThat(same).isSameAs(future);
        assertThat(server.nextCancelled()).isEqualTo("r-1");
    }

    @Test
    void interruptionCancelsTheCallAndKeepsTheFlag() throws InterruptedException {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            InferException failure = catchThrowableOfType(InferException.class, () -> client.infer(REQUEST));
            interrupted.complete(failure.code() == Status.Code.CANCELLED && Thread.interrupted());
        });
        caller.start();
        server.nextCall();

        caller.interrupt();

        assertThat(interrupted.join()).isTrue();
        assertThat(server.nextCancelled()).isEqualTo("r-1");
        caller.join();
    }

    @Test
    void closingWaitsForCallsInFlight() throws InterruptedException {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        server.behave(Behaviours.echoAfter(gate));
        CompletableFuture<InferResult> future = client.inferAsync(REQUEST);
        server.nextCall();
        Thread closer = new Thread(() -> client.close(Duration.ofMinutes(1)));
        closer.start();
        awaitClosed();

        gate.complete(null);

        assertThat(future.join().id()).isEqualTo("r-1");
        closer.join();
    }

    @Test
    void closingCancelsCallsAfterTheGrace() throws InterruptedException {
        CompletableFuture<InferResult> future = client.inferAsync(REQUEST);
        server.nextCall();

        client.close(Duration.ofMillis(1));

        assertThat(future)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InferException.class);
        assertThat(server.nextCancelled()).isEqualTo("r-1");
    }

    @Test
    void closedClientsRefuseCalls() {
        client.close();
        client.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> client.infer(REQUEST))
                .withMessage("the client is closed");
        assertThatIllegalStateException().isThrownBy(() -> client.inferAsync(REQUEST));
    }

    @Test
    void unreachableServersAreUnavailable() {
        server.close();

        assertThatExceptionOfType(InferException.class)
                .isThrownBy(() -> client.infer(REQUEST))
                .matches(e -> e.code() == Status.Code.UNAVAILABLE);
        assertThat(client.isLive()).isFalse();
    }

    @Test
    void messagesBeyondTheLimitAreRefusedBothWays() throws InterruptedException {
        server.behave(Behaviours.echo());
        try (TernClient small =
                TernClient.builder(server.target()).maxMessageSize(1 << 10).build()) {
            assertExhausted(small, sized(2 << 10));
            assertThat(small.inferAsync(sized(2 << 10)))
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withMessageContaining("(expected: at most 1024, the maxMessageSize)");
            assertThat(server.callsSeen()).isZero();

            server.behave(Behaviours.answeringRaw("UINT8", ByteString.copyFrom(new byte[2 << 10]), 2 << 10));
            assertExhausted(small, REQUEST);
        }
    }

    @Test
    void callsOfASequenceNeedAClientThatSendsThemOnce() {
        server.behave(Behaviours.echo());
        InferRequest stateful =
                InferRequest.model("m").parameter("sequence_id", 42).build();
        InferRequest stateless =
                InferRequest.model("m").parameter("sequence_id", 0).build();

        assertThat(client.infer(stateless).outputs()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.infer(stateful))
                .withMessageContaining("must not be sent twice");
        try (TernClient once =
                TernClient.builder(server.target()).retry(RetryPolicy.none()).build()) {
            assertThat(once.infer(stateful).parameters()).containsEntry("sequence_id", 42L);
        }
    }

    private void awaitClosed() {
        try {
            while (true) {
                client.isLive();
            }
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("the client is closed");
        }
    }

    private static InferRequest sized(int bytes) {
        return InferRequest.model("m")
                .input("x", Tensor.ofUnsigned(new byte[bytes], bytes))
                .build();
    }

    private static void assertExhausted(TernClient client, InferRequest request) {
        assertThatExceptionOfType(InferException.class)
                .isThrownBy(() -> client.infer(request))
                .matches(e -> e.code() == Status.Code.RESOURCE_EXHAUSTED);
    }
}
