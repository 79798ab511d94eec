package dev.tern.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.bench.target.TargetException;
import java.io.BufferedReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerLogTest {
    private static final String LIVE = "2026-11-23T11:45:27.123+01:00 INFO  [main] ServeCommand: Live: gRPC 41001,"
            + " HTTP 41002, metrics 41003; loading models";

    private final List<String> passedOn = new ArrayList<>();
    private final ServerLog log = new ServerLog(passedOn::add);

    @Test
    void thePortsAreTold() {
        read(LIVE);
        assertThat(log.listening()).isEqualTo(new ServerLog.Listening(41001, 41003));
    }

    @Test
    void allButNewsIsPassedOn() {
        String warning = "2026-11-23T11:45:27.124+01:00 WARN  [main] ServeCommand: The class archive does not fit";
        String complaint = "tern serve: --model-repository: INFO [ is no directory";
        read(LIVE, warning, complaint);
        assertThat(passedOn).containsExactly(warning, complaint);
    }

    @Test
    void whoHasEndedWillNotListen() {
        read("tern serve: --host: far is not an address of this machine");
        assertThatThrownBy(log::listening)
                .isInstanceOf(TargetException.class)
                .hasMessage("the server has ended before it listened");
    }

    private void read(String... lines) {
        log.read(new BufferedReader(new StringReader(String.join("\n", lines))));
    }
}
