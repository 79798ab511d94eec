package dev.tern.server.boot.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    @TempDir
    private Path parent;

    @TempDir
    private Path elsewhere;

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

    @Test
    void whatCannotBeUnpackedLeavesNothingBehind() throws Exception {
        Path file = jar("a/library.so", "b/library.so");
        try (JarFile jar = new JarFile(file.toFile())) {
            assertThatThrownBy(() -> NativeLibraries.unpack(jar, parent, parent.resolve("folder")))
                    .isInstanceOf(IOException.class);
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void whoComesSecondUsesWhatIsThere() throws Exception {
        Path file = jar("library.so");
        Path folder = Files.createDirectory(parent.resolve("folder"));
        Files.createFile(folder.resolve("of the first"));
        try (JarFile jar = new JarFile(file.toFile())) {
            NativeLibraries.unpack(jar, parent, folder);
        }
        assertThat(folder).isDirectoryContaining("glob:**of the first");
        assertThat(folder.resolve("library.so")).doesNotExist();
        assertThat(parent).isDirectoryNotContaining("glob:**native*");
    }

    /** One with {@code libraries} for this machine. */
    private Path jar(String... libraries) throws IOException {
        Path file = elsewhere.resolve("some.jar");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
            for (String library : libraries) {
                jar.putNextEntry(new JarEntry(NativeLibraries.ALL + NativeLibraries.platform() + "/" + library));
                jar.write(1);
            }
        }
        return file;
    }
}
