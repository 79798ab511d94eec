package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassLabelsTest {
    @TempDir
    Path directory;

    private static ModelConfig naming(String file) {
        return ModelConfig.newBuilder()
                .addOutput(ModelOutput.newBuilder().setName("x"))
                .addOutput(ModelOutput.newBuilder().setName("y").setLabelFilename(file))
                .build();
    }

    private ClassLabels labels(String content) throws Exception {
        Path model = Files.createDirectories(directory.resolve("m"));
        Files.write(model.resolve("labels.txt"), content.getBytes(StandardCharsets.ISO_8859_1));
        return ClassLabels.read(model, naming("labels.txt"));
    }

    private static String of(ClassLabels labels, int index) {
        return new String(labels.of("y", index), StandardCharsets.ISO_8859_1);
    }

    @Test
    void areTheLinesOfTheFile() throws Exception {
        ClassLabels labels = labels("cat\n\ndog\r\nmüller");
        assertThat(of(labels, 0)).isEqualTo("cat");
        assertThat(of(labels, 1)).isEmpty();
        assertThat(of(labels, 2)).isEqualTo("dog");
        assertThat(of(labels, 3)).isEqualTo("müller");
        assertThat(of(labels, 4)).isEmpty();
        assertThat(labels.of("x", 0)).isEmpty();
    }

    @Test
    void aLineEndAtTheEndBeginsNoLine() throws Exception {
        ClassLabels labels = labels("cat\n");
        assertThat(of(labels, 0)).isEqualTo("cat");
        assertThat(of(labels, 1)).isEmpty();
    }

    @Test
    void whoNamesNoFileHasNone() throws Exception {
        assertThat(ClassLabels.read(directory, ModelConfig.getDefaultInstance()))
                .isSameAs(ClassLabels.NONE);
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> ClassLabels.read(directory, naming("labels.txt")))
                .isInstanceOf(VersionLoadException.class)
                .hasMessageContaining("label_filename 'labels.txt' of output 'y' is no file in the model's directory");
    }

    @Test
    void aLinkOutOfTheDirectoryIsRefused() throws IOException {
        Path model = Files.createDirectories(directory.resolve("m"));
        Files.createSymbolicLink(model.resolve("labels.txt"), Files.writeString(directory.resolve("secret"), "a"));
        assertThatThrownBy(() -> ClassLabels.read(model, naming("labels.txt")))
                .isInstanceOf(VersionLoadException.class)
                .hasMessageContaining("is no file in the model's directory");
    }
}
