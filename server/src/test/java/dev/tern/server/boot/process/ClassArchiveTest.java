package dev.tern.server.boot.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
    @TempDir
    private Path directory;

    private Path archive;
    private Path maps;

    @BeforeEach
    void layOut() throws IOException {
        archive = Files.createFile(directory.toRealPath().resolve("java 17.jsa"));
        maps = directory.resolve("maps");
        map("/usr/lib/libc.so.6");
    }

    private void map(String file) throws IOException {
        Files.writeString(
                maps,
                "555ac849d000-555ac849f000 rw-p 00000000 00:00 0 \n"
                        + "7ff4c8000000-7ff4c8bc7000 rw-p 00001000 fe:00 328258                     " + file + "\n");
    }

    @Test
    void anArchiveThatIsNotMappedIsNotUsed() {
        assertThat(ClassArchive.unused(List.of("-Xmx1g", "-XX:SharedArchiveFile=" + archive), maps))
                .contains(archive);
        assertThat(ClassArchive.unused(List.of("-XX:AOTCache=" + archive), maps))
                .contains(archive);
    }

    @Test
    void oneThatIsMappedIs() throws Exception {
        map(archive.toString());
        assertThat(ClassArchive.unused(List.of("-XX:SharedArchiveFile=" + archive), maps))
                .isEmpty();
        Path link = Files.createSymbolicLink(directory.resolve("link"), archive);
        assertThat(ClassArchive.unused(List.of("-XX:AOTCache=/other", "-XX:AOTCache=" + link), maps))
                .isEmpty();
    }

    @Test
    void oneThatWasReplacedSinceIsUsed() throws Exception {
        map(archive + " (deleted)");
        assertThat(ClassArchive.unused(List.of("-XX:SharedArchiveFile=" + archive), maps))
                .isEmpty();
    }

    @Test
    void nothingIsSaidOfOneThatWasSwitchedOff() {
        assertThat(ClassArchive.unused(List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:off"), maps))
                .isEmpty();
        assertThat(ClassArchive.unused(List.of("-XX:AOTCache=" + archive, "-XX:AOTMode=off"), maps))
                .isEmpty();
    }

    @Test
    void whereNothingCanBeSeenNothingIsSaid() {
        assertThat(ClassArchive.unused(List.of("-Xmx1g"), maps)).isEmpty();
        assertThat(ClassArchive.unused(List.of("-XX:SharedArchiveFile=" + directory.resolve("none")), maps))
                .isEmpty();
        assertThat(ClassArchive.unused(List.of("-XX:SharedArchiveFile=" + archive), directory.resolve("none")))
                .isEmpty();
    }
}
