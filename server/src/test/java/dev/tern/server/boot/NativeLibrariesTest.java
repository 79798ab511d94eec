package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    @TempDir
    private Path parent;

    @Test
    void theLibrariesOfThisMachineAreUnpackedOnce() throws Exception {
        Path folder = NativeLibraries.unpack(parent);

        assertThat(folder.getParent()).isEqualTo(parent);
        assertThat(folder.getFileName().toString()).matches("onnxruntime-[0-9.]+");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("libonnxruntime.so", "libonnxruntime4j_jni.so");
        }
        Path library = folder.resolve("libonnxruntime.so");
        assertThat(Files.size(library)).isGreaterThan(1 << 20);
        FileTime then = FileTime.fromMillis(0);
        Files.setLastModifiedTime(library, then);

        assertThat(NativeLibraries.unpack(parent)).isEqualTo(folder);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(then);
        try (Stream<Path> left = Files.list(parent)) {
            assertThat(left.toList()).isEqualTo(List.of(folder));
        }
    }
}
