package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import java.util.List;

/** The libraries of operators that a configuration names in {@code model_operations}. */
public final class OperatorLibraryNames {
    /** Stands for the library of that name, which is a part of the server's installation where it is there at all. */
    public static final String EXTENSIONS = "onnxruntime-extensions";

    private static final String KEY = "model_operations.op_library_filename";

    private OperatorLibraryNames() {}

    /** Those that are files of the model, as the configuration has them. */
    public static List<String> files(ModelConfig config) {
        return config.getModelOperations().getOpLibraryFilenameList().stream()
                .filter(name -> !name.equals(EXTENSIONS))
                .toList();
    }

    /** Whether {@link #EXTENSIONS} is named. */
    public static boolean namesExtensions(ModelConfig config) {
        return config.getModelOperations().getOpLibraryFilenameList().contains(EXTENSIONS);
    }

    /** What a message about {@code name} begins with. */
    public static String key(String name) {
        return KEY + ": '" + name + "'";
    }

    /** Absolute names, which Triton's documentation has, are looked at when it is known where the model lies. */
    static void check(ModelConfig config, Problems problems) {
        for (String name : files(config)) {
            problems.errorIf(
                    name.isEmpty() || !(name.startsWith("/") || IdentityRules.staysInside(name)),
                    KEY,
                    "'" + name + "' must be a file inside the model's directory, or " + EXTENSIONS);
        }
    }
}
