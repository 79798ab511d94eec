package dev.tern.server.engine.onnx.graph;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFilesTest {
    @TempDir
    Path directory;

    @Test
    void aFileThatChangedBeforeItWasDigestedIsRefused() throws Exception {
        Path model = Files.write(directory.resolve("model.onnx"), new byte[1]);
        FileStamp found = FileStamp.of(model);
        Files.write(model, new byte[2]);

        assertThatThrownBy(() -> SourceFiles.of(model, found, new TreeMap<>(), Set.of()))
                .isInstanceOf(ModelRefusedException.class)
                .hasMessageStartingWith("'model.onnx' changed while the model was loaded");
    }

    @Test
    void aFileThatIsGoneIsRefused() throws Exception {
        Path model = Files.write(directory.resolve("model.onnx"), new byte[1]);
        SourceFiles files = SourceFiles.of(model, FileStamp.of(model), new TreeMap<>(), Set.of());
        files.requireUnchanged();
        Files.delete(model);

        assertThatThrownBy(files::requireUnchanged)
                .isInstanceOf(ModelRefusedException.class)
                .hasMessage("'model.onnx' cannot be read");
    }
}
