package dev.tern.bench.run;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How answers are checked, and whether they are written down.
 *
 * @param tolerance the error allowed in floats; empty where answers are not checked
 * @param recorded the file that the right answers are read from; empty to have the server give them before the load
 * @param recordTo the file that the server's answers before the load are written to
 */
public record Verification(OptionalDouble tolerance, Optional<Path> recorded, Optional<Path> recordTo) {
    /** No check, no file. */
    public static final Verification NONE =
            new Verification(OptionalDouble.empty(), Optional.empty(), Optional.empty());

    boolean needsAnswers() {
        return tolerance.isPresent() || recordTo.isPresent();
    }

    /** Whether each distinct request is to be sent alone before the load. */
    boolean asksBefore() {
        return recordTo.isPresent() || (tolerance.isPresent() && recorded.isEmpty());
    }
}
