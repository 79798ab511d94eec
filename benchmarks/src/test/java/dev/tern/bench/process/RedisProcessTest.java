package dev.tern.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.figures.FakeTern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class RedisProcessTest {
    @TempDir
    Path directory;

    /** As redis-server ends when its port is taken between the choice of it and the start. */
    @Test
    void oneThatEndsAtOnceIsStartedAgain() throws IOException {
        Path began = directory.resolve("began");
        Path program = FakeTern.launcher(
                Files.createDirectory(directory.resolve("bin")),
                "mkdir '" + began + "' 2>/dev/null && exit 1\nexec '" + RedisProgram.in(directory) + "' \"$@\"");
        try (RedisProcess redis = RedisProcess.start(program, "", directory)) {
            assertThat(redis.port()).isPositive();
        }
        assertThat(began).as("by the first start").exists();
    }
}
