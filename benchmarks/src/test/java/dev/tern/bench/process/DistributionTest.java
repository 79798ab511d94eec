package dev.tern.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.figures.FakeTern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
    @TempDir
    Path folder;

    @Test
    void aCopyHasAllButTheArchive() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Path launcher = FakeTern.launcher(Files.createDirectory(home.resolve("bin")), "exit 0");
        Files.writeString(Files.createDirectory(home.resolve("lib")).resolve("a.jar"), "jar");
        Files.writeString(Files.createDirectory(home.resolve("archive")).resolve("java.jsa"), "classes");
        Path link = Files.createSymbolicLink(folder.resolve("tern"), launcher);
        Path copy = Distribution.withoutArchive(link, Files.createDirectory(folder.resolve("copy")));
        assertThat(copy)
                .isEqualTo(folder.resolve("copy/bin/tern"))
                .isExecutable()
                .isRegularFile();
        assertThat(Files.isSymbolicLink(copy)).as("a link would lead back").isFalse();
        assertThat(folder.resolve("copy/lib/a.jar")).hasContent("jar");
        assertThat(folder.resolve("copy/archive")).doesNotExist();
    }

    @Test
    void aTemporaryFolderGoesWithAllThatIsInIt() throws IOException {
        Path kept = Files.writeString(folder.resolve("kept"), "elsewhere");
        Path path;
        try (TemporaryFolder temporary = TemporaryFolder.create("tern-test")) {
            path = temporary.path();
            Files.writeString(Files.createDirectories(path.resolve("a/b")).resolve("c"), "c");
            Files.createSymbolicLink(path.resolve("link"), folder);
        }
        assertThat(path).doesNotExist();
        assertThat(kept).hasContent("elsewhere");
    }
}
