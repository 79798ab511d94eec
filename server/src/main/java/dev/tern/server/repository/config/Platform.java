package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What answers a model's requests: its {@code platform}, as its configuration spells it. */
public enum Platform {
    /** An ONNX file, which is what a model has that says nothing of it. */
    ONNX("onnxruntime_onnx"),
    /** Other models, as a graph: {@code ensemble_scheduling}. */
    ENSEMBLE("ensemble"),
    /** The best of each row's candidates: Tern's own. */
    TOP_K("tern_top_k"),
    /** Numbers for texts: Tern's own. */
    HASH("tern_hash");

    private final String spelling;

    Platform(String spelling) {
        this.spelling = spelling;
    }

    /** As a configuration has it. */
    public String spelling() {
        return spelling;
    }

    /** Of a configuration; what is not known counts as ONNX, and is refused as such. */
    public static Platform of(ModelConfig config) {
        for (Platform each : values()) {
            if (each.spelling.equals(config.getPlatform())) {
                return each;
            }
        }
        return ONNX;
    }

    /** All of them, for who misspelt one. */
    static String spellings() {
        return Stream.of(values()).map(Platform::spelling).collect(Collectors.joining(", "));
    }

    /** Whether a version has a file that is loaded; others have an empty directory. */
    public boolean hasModelFile() {
        return this == ONNX;
    }
}
