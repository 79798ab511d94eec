package dev.tern.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.bench.figures.FakeTern;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ServerProcessTest {
    @TempDir
    Path directory;

    /** Ports chosen before the start may be taken by then. */
    @Test
    void thePortsAreThoseThatTheServerHasChosen() throws IOException {
        String ownPorts = "set -- --grpc-port=0 --metrics-port=0\n";
        try (ServerProcess server = start(ownPorts + FakeTern.command(""))) {
            server.awaitReady(List.of("any"));
            assertThat(server.metrics()).startsWith("tern_inference_batch_size_sum 0\n");
        }
    }

    @Test
    void oneThatEndsWithoutListeningIsNotWaitedFor() throws IOException {
        try (ServerProcess server = start("exit 1")) {
            assertThatThrownBy(() -> server.awaitReady(List.of("any")))
                    .isInstanceOf(TargetException.class)
                    .hasMessage("the server has ended before it listened");
        }
    }

    private ServerProcess start(String command) throws IOException {
        return ServerProcess.start(new Launch(FakeTern.launcher(directory, command), ""), directory);
    }
}
