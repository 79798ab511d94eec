package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.Resources.Limit;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rate limiters of instance groups, in a real server. */
class RateLimitTest {
    private static final String LIMITED =
            "instance_group { count: 2 rate_limiter { resources { name: 'Memory' count: 4 } priority: 2 } }"
                    + " instance_group { count: 1 rate_limiter { resources { name: 'memory' count: 1 } } }";

    @TempDir
    Path directory;

    @Test
    void modelWhoseNeedCannotBeMetDoesNotLoad() {
        model("limited", LIMITED);
        model("modest", "instance_group { rate_limiter { resources { name: 'memory' count: 3 } } }");
        try (TestServer server =
                TestServer.builder(directory).rateLimited(limit("memory", 3)).start()) {
            assertThat(index(server, "limited").allReady()).isFalse();
            assertThat(index(server, "limited").toString())
                    .contains("Resource count for \"memory\" is limited to 3 which will prevent scheduling of one or"
                            + " more model instances, the minimum required count is 4");
            infer(server, "modest");
        }
    }

    @Test
    void groupsTakeTurnsByTheirOwnLimits() {
        model("limited", LIMITED);
        try (TestServer server =
                TestServer.builder(directory).rateLimited(limit("MEMORY", 4)).start()) {
            for (int i = 0; i < 20; i++) {
                infer(server, "limited");
            }
        }
    }

    @Test
    void withoutLimitsThereIsAsMuchAsOneNeeds() {
        model("limited", LIMITED);
        try (TestServer server = TestServer.builder(directory).rateLimited().start()) {
            infer(server, "limited");
        }
    }

    @Test
    void whereTheyAreOffAnOperatorIsTold() {
        model("limited", LIMITED);
        try (TestServer server = TestServer.serving(directory)) {
            infer(server, "limited");
            assertThat(index(server, "limited").toString())
                    .contains("rate_limiter has no effect without --rate-limit=execution_count");
        }
    }

    private void model(String name, String config) {
        ModelDirectory.of(directory, name).version(1, OnnxModels.mlp(4, 8, 2)).config(config);
    }

    private static Limit limit(String name, int count) {
        return new Limit(name, count, OptionalInt.empty());
    }

    private static ModelIndex index(TestServer server, String model) {
        List<ModelIndex> found = server.models().stream()
                .filter(each -> each.name().equals(model))
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static void infer(TestServer server, String model) {
        assertThat(Requests.infer(server, model, Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4)))
                .isNotEmpty();
    }
}
