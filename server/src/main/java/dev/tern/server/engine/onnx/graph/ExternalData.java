package dev.tern.server.engine.onnx.graph;

import dev.tern.proto.onnx.StringStringEntryProto;
import dev.tern.proto.onnx.TensorProto;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The side files that hold a model's larger constants. */
final class ExternalData {
    private ExternalData() {}

    /**
     * The side files that {@code tensors} name, by the name they have in the model.
     *
     * @throws ModelRefusedException if one is missing, or lies outside {@code directory}
     */
    static SortedMap<String, Path> files(Path directory, List<TensorProto> tensors) throws ModelRefusedException {
        SortedMap<String, Path> files = new TreeMap<>();
        for (TensorProto tensor : tensors) {
            if (isExternal(tensor)) {
                String location = location(tensor);
                files.put(location, resolve(directory, tensor.getName(), location));
            }
        }
        return files;
    }

    static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    private static String location(TensorProto tensor) {
        return tensor.getExternalDataList().stream()
                .filter(entry -> entry.getKey().equals("location"))
                .map(StringStringEntryProto::getValue)
                .findFirst()
                .orElse("");
    }

    private static Path resolve(Path directory, String tensor, String location) throws ModelRefusedException {
        String what = "tensor '" + tensor + "' has its data in '" + location + "'";
        Path relative = parse(what, location);
        // A leading slash is not absolute to every file system, but to the one the model was made on.
        if (relative.isAbsolute() || location.startsWith("/") || location.startsWith("\\")) {
            throw new ModelRefusedException(what + ", an absolute path; it must lie in the model's directory");
        }
        if (relative.normalize().startsWith("..")) {
            throw new ModelRefusedException(what + ", outside the model's directory; it must lie in it");
        }
        Path file = directory.resolve(relative);
        if (location.isEmpty() || !Files.isRegularFile(file)) {
            throw new ModelRefusedException(what + ", and the model's directory has no such file");
        }
        return file;
    }

    private static Path parse(String what, String location) throws ModelRefusedException {
        try {
            return Path.of(location);
        } catch (InvalidPathException e) {
            throw new ModelRefusedException(what + ", which is no valid file name", e);
        }
    }
}
