package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetryTest {
    private FakeServer server;

    @BeforeEach
    void start() throws IOException {
        server = FakeServer.start(Behaviours.echo());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void unavailableIsTriedAgain() {
        server.behave(Behaviours.failing(2, Status.UNAVAILABLE, new Metadata()));

        assertAnswered(RetryPolicy.attempts(3), 1);

        assertThat(server.callsSeen()).isEqualTo(3);
    }

    @Test
    void attemptsHaveAnEnd() {
        server.behave(Behaviours.failing(Status.UNAVAILABLE));

        assertFails(RetryPolicy.attempts(8), Status.Code.UNAVAILABLE);

        assertThat(server.callsSeen()).isEqualTo(8);
    }

    @Test
    void noneSendsOnce() {
        server.behave(Behaviours.failing(1, Status.UNAVAILABLE, new Metadata()));

        assertFails(RetryPolicy.none(), Status.Code.UNAVAILABLE);

        assertThat(server.callsSeen()).isEqualTo(1);
    }

    @Test
    void largeRequestsAreTriedAgainToo() {
        server.behave(Behaviours.failing(1, Status.UNAVAILABLE, new Metadata()));

        assertAnswered(RetryPolicy.attempts(2), 20 << 20);

        assertThat(server.callsSeen()).isEqualTo(2);
    }

    @Test
    void exhaustedIsTriedAgainWhenTheServerSaysSo() {
        server.behave(Behaviours.failing(1, Status.RESOURCE_EXHAUSTED, pushback("1")));

        assertAnswered(RetryPolicy.attempts(2), 1);

        assertThat(server.callsSeen()).isEqualTo(2);
    }

    @Test
    void exhaustedIsFinalOtherwise() {
        server.behave(Behaviours.failing(1, Status.RESOURCE_EXHAUSTED, new Metadata()));

        assertFails(RetryPolicy.attempts(2), Status.Code.RESOURCE_EXHAUSTED);

        assertThat(server.callsSeen()).isEqualTo(1);
    }

    @Test
    void negativePushbackForbidsTheRetry() {
        server.behave(Behaviours.failing(1, Status.UNAVAILABLE, pushback("-1")));

        assertFails(RetryPolicy.attempts(2), Status.Code.UNAVAILABLE);

        assertThat(server.callsSeen()).isEqualTo(1);
    }

    @Test
    void otherFailuresAreFinal() {
        server.behave(Behaviours.failing(1, Status.INTERNAL, new Metadata()));

        assertFails(RetryPolicy.attempts(2), Status.Code.INTERNAL);

        assertThat(server.callsSeen()).isEqualTo(1);
    }

    @Test
    void limitsAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.attempts(1))
                .withMessage("maxAttempts is 1 (expected: from 2 to 10)");
        assertThatIllegalArgumentException().isThrownBy(() -> RetryPolicy.attempts(11));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.attempts(2).backoff(Duration.ZERO, Duration.ofMillis(1)))
                .withMessage("initial backoff is PT0S (expected: more than zero)");
    }

    private void assertAnswered(RetryPolicy policy, int bytes) {
        Tensor tensor = Tensor.ofUnsigned(new byte[bytes], bytes);
        try (TernClient client = client(policy)) {
            InferResult result =
                    client.infer(InferRequest.model("m").input("x", tensor).build());
            assertThat(result.output("x")).isEqualTo(tensor);
        }
    }

    private void assertFails(RetryPolicy policy, Status.Code code) {
        try (TernClient client = client(policy)) {
            assertThatExceptionOfType(InferException.class)
                    .isThrownBy(() -> client.infer(InferRequest.model("m").build()))
                    .matches(e -> e.code() == code);
        }
    }

    private TernClient client(RetryPolicy policy) {
        return TernClient.builder(server.target())
                .retry(policy.backoff(Duration.ofMillis(1), Duration.ofMillis(2)))
                .build();
    }

    private static Metadata pushback(String milliseconds) {
        Metadata trailers = new Metadata();
        trailers.put(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER), milliseconds);
        return trailers;
    }
}
