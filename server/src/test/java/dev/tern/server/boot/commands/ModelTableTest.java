package dev.tern.server.boot.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.boot.TestServer;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTableTest {
    @TempDir
    Path directory;

    private void model(String name, String config) {
        ModelDirectory.of(directory, name).version(1, OnnxModels.mlp(4, 8, 2)).config(config);
    }

    private static String parameter(String key, String value) {
        return "parameters { key: '" + key + "' value { string_value: '" + value + "' } } ";
    }

    @Test
    void whatIsConfiguredOfTheCacheIsShown() {
        model("off", "");
        model(
                "on",
                "response_cache { enable: true } " + parameter("tern.cache.ttl_ms", "60000")
                        + parameter("tern.cache.share", "0.25"));
        try (TestServer server = TestServer.serving(directory)) {
            List<String> table = ModelTable.of(server.models()).lines().toList();

            assertThat(table.get(1)).containsPattern("off +1 +READY .* off +\\d");
            assertThat(table.get(2)).contains("  on, ttl 60000 ms, share 0.25  ");
        }
    }
}
