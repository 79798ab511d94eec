package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelOperations;
import dev.tern.server.repository.content.FileDigests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Libraries of operators that come with a model. */
class OperatorFilesTest {
    @TempDir
    private Path directory;

    private Path model = Path.of("");

    @BeforeEach
    void makeModel() {
        model = TestModels.model(directory, "m", "1", "2");
        TestModels.file(model.resolve("1/libown.so"), "of version 1");
        TestModels.file(model.resolve("libown.so"), "of the model");
        TestModels.file(model.resolve("ops/libshared.so"), "shared");
        TestModels.file(directory.resolve("libother.so"), "another one's");
        TestModels.file(directory.resolve("m2/libother.so"), "another model's");
    }

    @Test
    void theVersionsOwnComesBeforeTheModels() throws Exception {
        assertThat(OperatorFiles.find(model, 1, naming("libown.so", "ops/libshared.so")))
                .containsExactly(model.resolve("1/libown.so"), model.resolve("ops/libshared.so"));
        assertThat(OperatorFiles.find(model, 2, naming("libown.so"))).containsExactly(model.resolve("libown.so"));
    }

    @Test
    void anAbsoluteNameMayBeOneInsideTheModel() throws Exception {
        String name = model.resolve("ops/libshared.so").toString();
        assertThat(OperatorFiles.find(model, 1, naming(name))).containsExactly(model.resolve("ops/libshared.so"));
    }

    @Test
    void whatIsPartOfTheInstallationIsNoFileOfTheModel() throws Exception {
        assertThat(OperatorFiles.find(model, 1, naming("onnxruntime-extensions")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "libnone.so",
                "ops",
                "../libother.so",
                "%s/libother.so",
                "%s/m2/libother.so",
                "%s/m/../libother.so",
                "a\0b"
            })
    void whatIsNotThereOrNotTheModelsIsRefused(String name) {
        String given = name.replace("%s", directory.toString());
        assertThatThrownBy(() -> OperatorFiles.find(model, 1, naming(given)))
                .isInstanceOf(VersionLoadException.class)
                .hasMessage("model_operations.op_library_filename: '" + given
                        + "' is no file in the version's directory, nor in the model's");
        assertThat(OperatorFiles.present(model, 1, naming(given))).isEmpty();
    }

    @Test
    void noLinkLeadsOutOfTheModel() throws Exception {
        Files.createSymbolicLink(model.resolve("liblink.so"), directory.resolve("libother.so"));
        Files.createSymbolicLink(model.resolve("out"), directory.resolve("m2"));
        Files.createSymbolicLink(model.resolve("libinside.so"), Path.of("ops/libshared.so"));
        for (String name : List.of("liblink.so", "out/libother.so")) {
            assertThatThrownBy(() -> OperatorFiles.find(model, 1, naming(name)))
                    .isInstanceOf(VersionLoadException.class);
            assertThat(OperatorFiles.present(model, 1, naming(name))).isEmpty();
        }
        assertThat(OperatorFiles.find(model, 1, naming("libinside.so"))).containsExactly(model.resolve("libinside.so"));
    }

    @Test
    void theModelItselfMayBeALink() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), model);
        assertThat(OperatorFiles.find(link, 1, naming("ops/libshared.so")))
                .containsExactly(link.resolve("ops/libshared.so"));
    }

    @Test
    void aLibraryThatChangesMakesAnotherVersion() throws IOException {
        ModelConfig config = naming("ops/libshared.so", "libnone.so");
        VersionContent before = content(1, config);
        VersionContent other = content(2, config);
        Files.writeString(model.resolve("libown.so"), "not named, so of no interest");
        assertThat(content(1, config)).isEqualTo(before);
        Files.writeString(model.resolve("ops/libshared.so"), "changed");

        assertThat(content(1, config).isSameAs(before)).isFalse();
        assertThat(content(2, config).isSameAs(other)).isFalse();
    }

    private VersionContent content(long version, ModelConfig config) throws IOException {
        return VersionContents.of(model, config, List.of(version), FileDigests.READING)
                .getOrDefault(version, VersionContent.UNKNOWN);
    }

    private static ModelConfig naming(String... libraries) {
        return ModelConfig.newBuilder()
                .setModelOperations(ModelOperations.newBuilder().addAllOpLibraryFilename(List.of(libraries)))
                .build();
    }
}
