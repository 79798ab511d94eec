package dev.tern.server.boot.options;

import static dev.tern.server.boot.options.CommandLines.resolve;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution's conf/tern.yaml: changes nothing as it is, and shows every setting with its default. */
class DistributionConfigTest {
    private static final Path FILE = Path.of("src/main/distribution/conf/tern.yaml");

    @Test
    void changesNothing() {
        assertThat(resolve("--demo", "--config", FILE.toString())).isEqualTo(resolve("--demo"));
    }

    @Test
    void showsEverySetting() throws IOException {
        Set<String> shown = Files.readAllLines(FILE).stream()
                .filter(it -> it.matches("#[a-z-]+:.*"))
                .map(it -> it.substring(1, it.indexOf(':')))
                .collect(Collectors.toSet());

        assertThat(Settings.ALL)
                .extracting(Setting::name)
                .filteredOn(it -> !it.equals("config"))
                .containsExactlyInAnyOrderElementsOf(shown);
    }

    @Test
    void showsTheDefaults(@TempDir Path directory) throws IOException {
        String enabled = Files.readString(FILE)
                .replaceAll("(?m)^#model-repository:\n#  - .*\n", "")
                .replaceAll(
                        "(?m)^#(model-config-name|load-model|model-memory-limit|state-dir|exit-timeout-secs|demo|rate-limit-resource|host-policy|trace-config"
                                + "|grpc-header-forward-pattern|cache-size|cache-secret-file|redis|redis-username|redis-[a-z]+-file):.*\n",
                        "")
                .replaceAll("(?m)^#([a-z-]+:)", "$1");
        Path file = Files.writeString(directory.resolve("tern.yaml"), enabled);

        assertThat(resolve("--demo", "--config", file.toString())).isEqualTo(resolve("--demo"));
        assertThat(enabled).contains("\ngrpc-port: 8001\n");
    }
}
