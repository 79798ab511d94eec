package dev.tern.server.boot.options;

import java.io.File;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One setting of the server, under one name in all three places: {@code --grpc-port}, {@code TERN_GRPC_PORT} and
 * {@code grpc-port:} in the YAML file.
 *
 * @param name as the YAML file has it
 * @param label what stands for the value in the help page
 * @param initial the default as it would be written; empty when there is none or it depends on the machine
 * @param shown the default as the help page says it; empty when there is none
 * @param repeatable whether it may be given several times, as a list
 * @param aliases further flags, for users of Triton; neither the environment nor the file knows them
 */
record Setting<T>(
        String name,
        Group group,
        String label,
        ValueType<T> type,
        Optional<String> initial,
        String shown,
        boolean repeatable,
        List<String> aliases,
        String description) {

    static <T> Setting<T> of(
            Group group, String name, String label, ValueType<T> type, String initial, String description) {
        return new Setting<>(name, group, label, type, Optional.of(initial), initial, false, List.of(), description);
    }

    /** A setting whose default is none, or worked out from the machine and described by {@code shown}. */
    static <T> Setting<T> open(
            Group group, String name, String label, ValueType<T> type, String shown, String description) {
        return new Setting<>(name, group, label, type, Optional.empty(), shown, false, List.of(), description);
    }

    Setting<T> severalTimes() {
        return repeatable(new String[0]);
    }

    Setting<T> repeatable(String... furtherNames) {
        return new Setting<>(name, group, label, type, initial, shown, true, List.of(furtherNames), description);
    }

    /** What separates several values in the environment: as in PATH, unless the values have that in them. */
    String listSeparator() {
        return label.contains(File.pathSeparator) ? ";" : File.pathSeparator;
    }

    String flag() {
        return "--" + name;
    }

    String variable() {
        return EnvironmentSource.PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
