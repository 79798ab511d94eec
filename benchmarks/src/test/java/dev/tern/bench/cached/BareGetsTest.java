package dev.tern.bench.cached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.process.JavaChild;
import dev.tern.bench.process.JvmLine;
import dev.tern.bench.process.RedisProcess;
import dev.tern.bench.process.RedisProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The program that makes bare GETs, in a JVM of its own, and a real Redis. */
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class BareGetsTest {
    private static final JvmLine LINE = new JvmLine(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"),
            System.getProperty("java.class.path"));

    @TempDir
    Path directory;

    @Test
    void theMedianAndTheSizeOfAllValuesAreTold() throws IOException {
        try (RedisProcess redis = RedisProcess.start(RedisProgram.in(directory), "", directory);
                JavaChild gets = JavaChild.start(
                        LINE, "", BareGets.class, List.of("redis://127.0.0.1:" + redis.port() + "/1"))) {
            assertThat(gets.greeting()).startsWith("bare Lettuce GET");
            assertThat(gets.ask("1000000")).as("nothing kept").isEqualTo("0 0");
            assertThat(told(redis, "SELECT 1\r\nSET tern:1:a 0123456789\r\n")).isEqualTo("+OK\r\n+OK\r\n");
            String[] answer = gets.ask("50000000").split(" ", 2);
            assertThat(Long.parseLong(answer[0])).isPositive();
            assertThat(answer[1]).isEqualTo("10");
        }
    }

    private static String told(RedisProcess redis, String commands) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes("+OK\r\n+OK\r\n".length()), StandardCharsets.US_ASCII);
        }
    }
}
