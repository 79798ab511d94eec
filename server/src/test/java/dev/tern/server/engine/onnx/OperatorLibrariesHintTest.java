package dev.tern.server.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OperatorLibrariesHintTest {
    @Test
    void whoseCopyMayNotBeExecutedIsToldWhereItIs() {
        assertThat(OperatorLibraries.hint("libown.so: failed to map segment from shared object"))
                .isEqualTo(
                        " (its copy is in the temporary directory, java.io.tmpdir, which must not be mounted noexec)");
        assertThat(OperatorLibraries.hint("libown.so: file too short")).isEmpty();
    }
}
