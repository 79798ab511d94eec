package dev.tern.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class JvmLineTest {
    @Test
    void anotherProgramGetsTheSameJavaAndFlagsAndTheToolBeforeTheLibraries() {
        JvmLine line = JvmLine.of(List.of(
                "/jdk/bin/java",
                "-XX:+UseParallelGC",
                "-XX:AOTCache=/tern/archive/java.aot",
                "-Xlog:aot=off",
                "-Dtern.home=/tern",
                "-cp",
                "/tern/lib/a.jar:/tern/lib/b.jar",
                "dev.tern.server.boot.Main",
                "serve"));
        assertThat(line.flags()).isEqualTo("-XX:+UseParallelGC");
        List<String> command = line.command(JvmLineTest.class, List.of("1", "2"));
        assertThat(command).startsWith("/jdk/bin/java", "-XX:+UseParallelGC", "-cp");
        assertThat(command.get(3)).endsWith(":/tern/lib/a.jar:/tern/lib/b.jar");
        assertThat(command).endsWith(JvmLineTest.class.getName(), "1", "2");
    }

    @Test
    void anArchiveIsToldByEitherFlag() {
        assertThat(JvmLine.archive(List.of("java", "-XX:AOTCache=/tern/archive/java.aot", "-cp", "a")))
                .contains(Path.of("/tern/archive/java.aot"));
        assertThat(JvmLine.archive(List.of("java", "-XX:SharedArchiveFile=/tern/archive/java.jsa")))
                .contains(Path.of("/tern/archive/java.jsa"));
        assertThat(JvmLine.archive(List.of("java", "-cp", "a"))).isEmpty();
    }

    @Test
    void aProcessWithoutAClassPathIsRefused() {
        assertThatThrownBy(() -> JvmLine.of(List.of("sleep", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not started with java -cp: [sleep, 1]");
    }
}
