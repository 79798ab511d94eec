package dev.tern.bench.input;

import com.google.protobuf.ByteString;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.Datatype;
import dev.tern.bench.tensor.TensorInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One request out of a folder with a file for each input, named as the input: the raw little-endian elements, or for BYTES
 * a text with one element a line.
 */
final class DataFolder {
    private final Path folder;
    private final ModelInfo model;
    private final DataShapes shapes;

    DataFolder(Path folder, ModelInfo model, DataShapes shapes) {
        this.folder = folder;
        this.model = model;
        this.shapes = shapes;
    }

    /** @throws InputException when a file is missing or does not fit its input */
    List<FilledTensor> request() {
        return model.inputs().stream().map(this::tensor).toList();
    }

    private FilledTensor tensor(TensorInfo input) {
        Path file = file(input.name());
        try {
            Datatype datatype = RawTensor.datatype(input);
            byte[] contents = datatype == Datatype.BYTES ? lines(file) : Files.readAllBytes(file);
            int elements = RawTensor.elements(datatype, contents);
            List<Long> shape = shapes.of(input, Optional.empty(), elements);
            return new FilledTensor(
                    new TensorInfo(input.name(), input.datatype(), shape), ByteString.copyFrom(contents));
        } catch (IOException e) {
            throw new InputException(
                    "--data %s: input '%s': %s".formatted(file, input.name(), Bytes.why(e, "a file for each input")));
        } catch (IllegalArgumentException e) {
            throw new InputException("--data %s: input '%s': %s".formatted(file, input.name(), e.getMessage()));
        }
    }

    /** Names come from the server: one that leads out of the folder is not followed. */
    private Path file(String name) {
        Path file = folder.resolve(name).normalize();
        if (!folder.normalize().equals(file.getParent())) {
            throw new InputException("--data %s: input '%s' cannot be the name of a file in it: use a JSON file"
                    .formatted(folder, name));
        }
        return file;
    }

    private static byte[] lines(Path file) throws IOException {
        Elements texts = new Elements(Datatype.BYTES);
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            texts.text(ByteString.copyFromUtf8(line));
        }
        return texts.contents().toByteArray();
    }
}
