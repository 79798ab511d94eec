package dev.tern.server.repository.config;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong or odd in one configuration, so that it is mended in one go. */
final class Problems {
    private final String source;
    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** {@code source} leads each message: the file's name relative to the model's directory. */
    Problems(String source) {
        this.source = source;
    }

    void error(String key, String text) {
        errors.add(source + ": " + key + ": " + text);
    }

    void errorIf(boolean wrong, String key, String text) {
        if (wrong) {
            error(key, text);
        }
    }

    void warning(String key, String text) {
        warnings.add(source + ": " + key + ": " + text);
    }

    List<String> errors() {
        return List.copyOf(errors);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    void throwIfAny() throws ConfigException {
        if (!errors.isEmpty()) {
            throw new ConfigException(errors);
        }
    }
}
