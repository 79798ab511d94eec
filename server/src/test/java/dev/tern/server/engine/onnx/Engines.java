package dev.tern.server.engine.onnx;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Opens engines over models made in the test. */
final class Engines {
    private Engines() {}

    static OnnxEngine open(Path directory, byte[] onnx, String... optionalInputs) throws Exception {
        Path file = Files.write(Files.createTempFile(directory, "model", ".onnx"), onnx);
        return OnnxEngine.open(OnnxModel.read(file, Set.of(optionalInputs)), SessionSettings.defaults());
    }

    /** A request of so many rows that asks for all outputs. */
    static BatchItem item(int rows, Tensor... inputs) {
        return new BatchItem(rows, List.of(inputs), List.of());
    }
}
