package dev.tern.server.boot.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelParameter;
import dev.tern.server.repository.Version;
import dev.tern.server.repository.VersionFactory;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.repository.VersionSource;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PromptFactoryTest {
    private final ExecutorService prompt = Executors.newSingleThreadExecutor(task -> new Thread(task, "prompt"));
    private volatile String thread = "";

    @AfterEach
    void end() {
        prompt.shutdownNow();
    }

    @Test
    void sessionsWithThreadsOfTheirOwnAreMadeOnAPromptThread() {
        assertThat(madeOn("2")).isEqualTo("prompt");
        assertThat(madeOn("1")).isEqualTo(Thread.currentThread().getName());
    }

    @Test
    void whyItFailedIsTold() {
        VersionLoadException reason = new VersionLoadException("expected by this test");
        assertThatThrownBy(() -> factory(reason).create(source("2"))).isSameAs(reason);
        RuntimeException defect = new IllegalStateException("expected by this test");
        assertThatThrownBy(() -> factory(defect).create(source("2"))).isSameAs(defect);
        Error error = new UnsatisfiedLinkError("expected by this test");
        assertThatThrownBy(() -> factory(error).create(source("2"))).isSameAs(error);
    }

    private String madeOn(String threads) {
        assertThatThrownBy(() -> factory(new VersionLoadException("far enough")).create(source(threads)))
                .hasMessage("far enough");
        return thread;
    }

    private PromptFactory factory(Throwable failure) {
        return new PromptFactory(
                new VersionFactory() {
                    @Override
                    public Version create(VersionSource source) throws VersionLoadException {
                        thread = Thread.currentThread().getName();
                        if (failure instanceof RuntimeException unchecked) {
                            throw unchecked;
                        }
                        if (failure instanceof Error error) {
                            throw error;
                        }
                        throw (VersionLoadException) failure;
                    }
                },
                prompt);
    }

    private static VersionSource source(String threads) {
        ModelConfig config = ModelConfig.newBuilder()
                .putParameters(
                        "intra_op_thread_count",
                        ModelParameter.newBuilder().setStringValue(threads).build())
                .build();
        return new VersionSource("m", 1, Path.of("m"), Path.of("m/1/model.onnx"), List.of(), config);
    }
}
