package dev.tern.server.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The container file names only paths that are there. */
class ContainerfileTest {
    private static final Path ROOT = Path.of("..");
    private static final Path FILE = ROOT.resolve("deploy/Containerfile");

    @Test
    void copiesPathsOfTheRepository() throws IOException {
        List<String> copied = lines("COPY ").stream()
                .filter(it -> !it.contains("--from"))
                .map(it -> it.split(" ", 3)[1])
                .toList();

        assertThat(copied).contains("pom.xml", "server").allMatch(it -> Files.exists(ROOT.resolve(it)));
    }

    @Test
    void copiesEveryModuleThatTheParentLists() throws IOException {
        List<String> copied = Pattern.compile("<module>(.+)</module>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(it -> "COPY " + it.group(1) + " " + it.group(1))
                .toList();

        assertThat(lines("COPY ")).hasSizeGreaterThan(copied.size()).containsAll(copied);
    }

    @Test
    void startsTheLauncherOfTheDistributionThatTheBuildLeaves() throws IOException {
        assertThat(lines("COPY --from")).containsExactly("COPY --from=build /src/server/target/tern /opt/tern");
        assertThat(lines("ENTRYPOINT")).containsExactly("ENTRYPOINT [\"/opt/tern/bin/tern\", \"serve\"]");
        assertThat(Files.readString(Path.of("pom.xml"))).contains("<finalName>tern</finalName>");
        assertThat(Path.of("src/main/distribution/bin/tern")).isExecutable();
    }

    @Test
    void exposesTheDefaultPorts() throws IOException {
        assertThat(lines("EXPOSE")).containsExactly("EXPOSE 8000 8001 8002");
    }

    private static List<String> lines(String start) throws IOException {
        return Files.readAllLines(FILE).stream()
                .filter(it -> it.startsWith(start))
                .toList();
    }
}
