package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.repository.content.KnownFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepositoryScannerTest {
    @TempDir
    private Path repository;

    @TempDir
    private Path other;

    @Test
    void everyDirectoryIsAModel() throws IOException {
        TestModels.model(repository, "b", "1");
        TestModels.model(repository, "a", "2");
        TestModels.file(repository.resolve("README.md"), "not a model");
        TestModels.model(repository, ".git", "1");
        TestModels.model(other, "c", "3");
        assertThat(scan(repository, other)).extracting(ModelPlan::name).containsExactly("a", "b", "c");
        assertThat(scan(repository, other))
                .extracting(ModelPlan::repository)
                .containsExactly(repository, repository, other);
    }

    @Test
    void aNameInTwoRepositoriesIsUnavailable() throws IOException {
        TestModels.model(repository, "a", "1");
        TestModels.model(other, "a", "1");
        TestModels.model(other, "b", "1");
        List<ModelPlan> plans = scan(repository, other);
        assertThat(plans).extracting(ModelPlan::name).containsExactly("a", "b");
        assertThat(plans.get(0).reason()).contains("duplicate").doesNotContain(repository.toString());
        assertThat(plans.get(0).versions()).isEmpty();
        assertThat(plans.get(1).reason()).isEmpty();
    }

    @Test
    void aRepositoryGivenTwiceIsReadOnce() throws IOException {
        TestModels.model(repository, "a", "1");
        Path link = Files.createSymbolicLink(other.resolve("link"), repository);
        assertThat(scan(repository, repository, link))
                .singleElement()
                .satisfies(each -> assertThat(each.reason()).isEmpty());
    }

    @Test
    void aMissingRepositoryIsAnError() {
        assertThatThrownBy(() -> scan(repository.resolve("missing")))
                .isInstanceOf(NotDirectoryException.class)
                .hasMessageContaining("missing' is not a directory");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                               | 10
            version_policy { latest { num_versions: 2 } }    | 3 10
            version_policy { latest { num_versions: 99 } }   | 0 1 3 10
            version_policy { latest { num_versions: 4294967295 } } | 0 1 3 10
            version_policy { all {} }                        | 0 1 3 10
            version_policy { specific { versions: [ 3, 1, 3 ] } } | 1 3
            version_policy { specific { versions: [ 3, 7 ] } } | 3
            """)
    void selectsVersions(String config, String versions) throws IOException {
        TestModels.model(repository, "a", "0", "1", "3", "10", "02", "-5", "v2", "99999999999999999999");
        TestModels.model(repository, "a", "warmup", "initial_state", "configs", ".cache");
        TestModels.file(repository.resolve("a").resolve("5"), "a file is no version");
        TestModels.config(repository, "a", config);
        assertThat(scan(repository))
                .singleElement()
                .satisfies(each -> assertThat(each.versions())
                        .isEqualTo(Arrays.stream(versions.split(" "))
                                .map(Long::valueOf)
                                .toList()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                            | at least one version must be available under the version policy of model 'a'
            version_policy { specific { versions: 7 } }   | at least one version must be available under the version policy of model 'a'
            max_batch_size: -1                            | config.pbtxt: max_batch_size: -1 is not allowed; must be >= 0, 0 for no batching
            max_batch_size -1                             | config.pbtxt: line 1: Expected ":".
            """)
    void saysWhyAModelIsUnavailable(String config, String reason) throws IOException {
        TestModels.directory(repository.resolve("a"));
        TestModels.config(repository, "a", config);
        assertThat(scan(repository)).singleElement().satisfies(each -> {
            assertThat(each.reason()).isEqualTo(reason);
            assertThat(each.versions()).isEmpty();
        });
    }

    @Test
    void usesTheNamedConfiguration() throws IOException {
        TestModels.model(repository, "a", "1", "2");
        TestModels.file(
                repository.resolve("a/configs/all.pbtxt"),
                "version_policy { all {} } model_metrics { metric_control {} }");
        List<ModelPlan> plans = new RepositoryScanner(new RepositoryOptions(List.of(repository), "all", true)).scan();
        assertThat(plans.get(0).versions()).containsExactly(1L, 2L);
        assertThat(plans.get(0).warnings()).singleElement().asString().startsWith("configs/all.pbtxt: model_metrics");
    }

    @Test
    void findsTheModelFileOrTheDirectoryThatHoldsIt() throws Exception {
        TestModels.model(repository, "a", "1");
        TestModels.file(repository.resolve("a/2/model.onnx/model.onnx"), "");
        TestModels.file(repository.resolve("a/2/model.onnx/weights.bin"), "");
        TestModels.directory(repository.resolve("a/3"));
        TestModels.config(repository, "a", "version_policy { all {} }");
        ModelPlan plan = scan(repository).get(0);
        assertThat(ModelFiles.find(plan, 1))
                .isEqualTo(new VersionSource(
                        "a",
                        1,
                        repository.resolve("a"),
                        repository.resolve("a/1/model.onnx"),
                        List.of(),
                        plan.config()));
        assertThat(ModelFiles.find(plan, 2).modelFile()).isEqualTo(repository.resolve("a/2/model.onnx/model.onnx"));
        assertThatThrownBy(() -> ModelFiles.find(plan, 3))
                .isInstanceOf(VersionLoadException.class)
                .hasMessage("unable to find '3/model.onnx' for model 'a'");
    }

    @Test
    void findsAModelFileOfAnotherName() throws Exception {
        TestModels.file(repository.resolve("a/1/net/model.onnx"), "");
        TestModels.config(repository, "a", "default_model_filename: 'net'");
        assertThat(ModelFiles.find(scan(repository).get(0), 1).modelFile())
                .isEqualTo(repository.resolve("a/1/net/model.onnx"));
    }

    @Test
    void whatCannotBeLookedThroughStaysAsItIs() throws IOException {
        TestModels.model(repository, "a", "1");
        TestModels.model(repository, "b", "1");
        Files.createSymbolicLink(repository.resolve("b/loop"), repository.resolve("b"));
        Look look = new RepositoryScanner(RepositoryOptions.of(repository)).look(new KnownFiles());

        assertThat(look.names()).containsExactlyInAnyOrder("a", "b");
        assertThat(look.plans()).containsOnlyKeys("a");
    }

    private static List<ModelPlan> scan(Path... repositories) throws IOException {
        return new RepositoryScanner(RepositoryOptions.of(repositories)).scan();
    }
}
