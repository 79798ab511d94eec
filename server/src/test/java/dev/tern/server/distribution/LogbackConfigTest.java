package dev.tern.server.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The server's own logback.xml, in a JVM of its own: this one's logging is the tests'. */
class LogbackConfigTest {
    /** What the child runs: one line at each level from us, and what libraries say. */
    static final class Events {
        public static void main(String[] arguments) {
            LoggerFactory.getLogger("dev.tern.server.boot.Main").info("ready");
            LoggerFactory.getLogger("dev.tern.server.boot.Main").debug("details");
            LoggerFactory.getLogger("io.netty.handler").info("noise");
            // What clients cause as often as they like.
            LoggerFactory.getLogger("io.grpc.netty.NettyServerStream").warn("too large");
            LoggerFactory.getLogger("io.grpc.netty.NettyServerHandler").warn("closed before a write");
        }

        private Events() {}
    }

    @Test
    void oneLineOfTextForEachEvent() throws Exception {
        assertThat(events())
                .singleElement()
                .asString()
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}"
                        + "(Z|[+-]\\d\\d:\\d\\d) INFO {2}\\[main\\] Main: ready");
    }

    @Test
    void theLevelIsASystemProperty() throws Exception {
        assertThat(events("-Dtern.log.level=debug")).hasSize(2);
    }

    @Test
    void jsonIsOneObjectForEachEvent() throws Exception {
        assertThat(events("-Dtern.log.format=json"))
                .singleElement()
                .asString()
                .startsWith("{\"")
                .contains("\"level\":\"INFO\"", "ready")
                .endsWith("}");
    }

    private static List<String> events(String... properties) throws Exception {
        List<String> line = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        line.addAll(List.of(properties));
        line.add("-Dlogback.configurationFile=src/main/resources/logback.xml");
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), Events.class.getName()));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        List<String> output = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as("%s", output).isZero();
        return output;
    }
}
