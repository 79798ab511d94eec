package dev.tern.server.repository.config;

import java.util.List;

/** A model's configuration cannot be used. The message names every problem found, in one line. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    public ConfigException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public ConfigException(String problem) {
        this(List.of(problem));
    }

    /** Each problem by itself: the file, the key, what was given and what is allowed. */
    public List<String> problems() {
        return problems;
    }
}
