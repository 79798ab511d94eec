package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelVersionPolicy;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Who the model is, what runs it and which of its files and versions. */
final class IdentityRules {
    static final String BACKEND = "onnxruntime";
    static final String PLATFORM = Platform.ONNX.spelling();

    private IdentityRules() {}

    static void check(ModelConfig config, String model, Problems problems) {
        if (!config.getName().isEmpty() && !config.getName().equals(model)) {
            problems.error(
                    "name",
                    "unexpected directory name '" + model + "' for model '" + config.getName()
                            + "', directory name must equal model name");
        }
        if (Platform.of(config) == Platform.ONNX) {
            checkBackend(config.getPlatform(), config.getBackend(), problems);
        } else {
            problems.errorIf(
                    !config.getBackend().isEmpty(),
                    "backend",
                    "must not be given with platform '" + config.getPlatform() + "'");
        }
        if (!staysInside(config.getDefaultModelFilename())) {
            problems.error(
                    "default_model_filename",
                    "'" + config.getDefaultModelFilename() + "' must be a file inside the version's directory");
        }
        checkVersions(config.getVersionPolicy(), problems);
    }

    /** Whether {@code file} names nothing outside the directory it is looked up in. */
    static boolean staysInside(String file) {
        try {
            Path path = Path.of(file);
            return !path.isAbsolute() && !path.normalize().startsWith("..");
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static void checkBackend(String platform, String backend, Problems problems) {
        boolean knownPlatform = platform.isEmpty() || platform.equals(PLATFORM);
        boolean knownBackend = backend.isEmpty() || backend.equals(BACKEND);
        if (knownBackend && !knownPlatform && !backend.isEmpty()) {
            problems.error("platform", "unexpected 'platform' and 'backend' pair, got:" + platform + ", " + backend);
        } else if (!knownBackend) {
            problems.error("backend", "'" + backend + "' is not supported, only '" + BACKEND + "' is");
        } else if (!knownPlatform) {
            problems.error("platform", "'" + platform + "' is not supported, allowed are " + Platform.spellings());
        }
    }

    private static void checkVersions(ModelVersionPolicy policy, Problems problems) {
        for (long version : policy.getSpecific().getVersionsList()) {
            problems.errorIf(
                    version < 0, "version_policy.specific.versions", version + " is not a version; must be >= 0");
        }
        problems.errorIf(
                policy.hasSpecific() && policy.getSpecific().getVersionsCount() == 0,
                "version_policy.specific.versions",
                "names no version; at least one is needed");
    }
}
