package dev.tern.bench.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How answers are checked, and whether they are written down.
 *
 * @param tolerance the error allowed in floats; empty where answers are not checked
 * @param recorded the file that the right answers are read from; empty to have the server give them before the load
 * @param recordTo the file that the server's answers before the load are written to
 * @param versions those that may answer: each gives its right answers before the load, and an answer is held against those
 *     of the version that it says it is of; empty where one version answers all
 */
public record Verification(
        OptionalDouble tolerance, Optional<Path> recorded, Optional<Path> recordTo, List<String> versions) {
    /** No check, no file. */
    public static final Verification NONE =
            new Verification(OptionalDouble.empty(), Optional.empty(), Optional.empty());

    public Verification {
        versions = List.copyOf(versions);
    }

    /** Of answers that one version gives. */
    public Verification(OptionalDouble tolerance, Optional<Path> recorded, Optional<Path> recordTo) {
        this(tolerance, recorded, recordTo, List.of());
    }

    /** Of answers of several versions, all of which are served before the load. */
    public static Verification byVersion(double tolerance, List<String> versions) {
        return new Verification(OptionalDouble.of(tolerance), Optional.empty(), Optional.empty(), versions);
    }

    boolean needsAnswers() {
        return tolerance.isPresent() || recordTo.isPresent();
    }

    /** Whether each distinct request is to be sent alone before the load. */
    boolean asksBefore() {
        return recordTo.isPresent() || (tolerance.isPresent() && recorded.isEmpty() && versions.isEmpty());
    }
}
