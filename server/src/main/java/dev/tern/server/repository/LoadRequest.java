package dev.tern.server.repository;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.Optional;

/**
 * A call to load a model.
 *
 * @param config a configuration as JSON, in place of the model's file; needed where there are {@code files}
 * @param files the model's files by their path in its directory, such as {@code 1/model.onnx}, in place of those in the
 *     repository; empty for those
 */
public record LoadRequest(String model, Optional<String> config, Map<String, ByteString> files) {
    public LoadRequest {
        files = Map.copyOf(files);
    }

    /** As it is in the repository. */
    public static LoadRequest of(String model) {
        return new LoadRequest(model, Optional.empty(), Map.of());
    }
}
