package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BalancingTest {
    private static final InferRequest REQUEST = InferRequest.model("m").build();

    private final List<FakeServer> servers = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < 3; i++) {
            servers.add(FakeServer.start(Behaviours.echo()));
        }
    }

    @AfterEach
    void stop() {
        servers.forEach(FakeServer::close);
    }

    @Test
    void callsTakeTurnsOverAllServers() {
        try (TernClient client = TernClient.builder(targets()).build()) {
            inferUntilAllWereSeen(client);
            List<Integer> before = callsSeen();

            for (int i = 0; i < 30; i++) {
                client.infer(REQUEST);
            }

            for (int i = 0; i < 3; i++) {
                assertThat(callsSeen().get(i) - before.get(i)).isEqualTo(10);
            }
        }
    }

    /** Without retries, which would hide a call that went to a server that is gone. */
    @Test
    void serversThatAreGoneAreLeftOut() {
        try (TernClient client =
                TernClient.builder(targets()).retry(RetryPolicy.none()).build()) {
            inferUntilAllWereSeen(client);
            servers.get(1).close();
            inferUntilTheLossIsNoticed(client);
            List<Integer> before = callsSeen();

            for (int i = 0; i < 30; i++) {
                client.infer(REQUEST);
            }

            assertThat(callsSeen()).containsExactly(before.get(0) + 15, before.get(1), before.get(2) + 15);
        }
    }

    @Test
    void severalConnectionsToOneServer() {
        FakeServer server = servers.get(0);
        try (TernClient client =
                TernClient.builder(server.target()).connections(3).build()) {
            for (int i = 0; i < 9; i++) {
                client.infer(REQUEST);
            }
        }

        assertThat(server.connections).hasSize(3);
    }

    @Test
    void oneConnectionIsEnoughOtherwise() {
        FakeServer server = servers.get(0);
        try (TernClient client =
                TernClient.builder("localhost:" + server.port()).waitForReady().build()) {
            for (int i = 0; i < 9; i++) {
                client.infer(REQUEST);
            }
        }

        assertThat(server.connections).hasSize(1);
    }

    @Test
    void targetsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TernClient.builder(List.of("a:1", "b")))
                .withMessage("target 'b' among several (expected: host:port)");
        assertThatIllegalArgumentException().isThrownBy(() -> TernClient.builder(List.of("a:1", "b c:2")));
        assertThatIllegalArgumentException().isThrownBy(() -> TernClient.builder(List.of("a:1", "b:65536")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TernClient.builder(List.of()))
                .withMessage("no targets (expected: at least one)");
        assertThat(Target.parse("[::1]:8001")).hasToString("[::1]:8001");
        assertThat(StaticTargetsProvider.target(List.of(Target.parse("[::1]:1"), Target.parse("b:2"))))
                .isEqualTo("tern-static:///%5B::1%5D:1,b:2");
    }

    @Test
    void settingsAreChecked() {
        TernClientBuilder builder = TernClient.builder("localhost:1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.connections(0))
                .withMessage("connections is 0 (expected: 1 or more)");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxMessageSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.flowControlWindow(65_534));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.header("x-a", "ж"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.header("x a", "b"));
    }

    private void inferUntilAllWereSeen(TernClient client) {
        while (callsSeen().contains(0)) {
            client.infer(REQUEST);
        }
    }

    /** A few calls may fail, until as many in a row succeed as take each server's turn. */
    private void inferUntilTheLossIsNoticed(TernClient client) {
        int answered = 0;
        int failed = 0;
        while (answered < servers.size()) {
            if (isAnswered(client)) {
                answered++;
            } else {
                answered = 0;
                failed++;
            }
            assertThat(failed).as("calls that went to a server that is gone").isLessThan(1_000);
        }
    }

    private static boolean isAnswered(TernClient client) {
        try {
            client.infer(REQUEST);
            return true;
        } catch (InferException e) {
            assertThat(e.code()).isEqualTo(Status.Code.UNAVAILABLE);
            return false;
        }
    }

    private List<String> targets() {
        return servers.stream().map(FakeServer::target).collect(Collectors.toList());
    }

    private List<Integer> callsSeen() {
        return servers.stream().map(FakeServer::callsSeen).collect(Collectors.toList());
    }
}
