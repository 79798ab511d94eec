package dev.tern.server.boot.options;

import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Makes the settings of how models come and go, and checks what takes more than one value to check. */
final class ControlResolution {
    private static final String ALL = "*";

    private final Values values;

    ControlResolution(Values values) {
        this.values = values;
    }

    ControlSettings settings() {
        ControlMode mode =
                ControlMode.valueOf(values.one(Settings.MODEL_CONTROL_MODE).toUpperCase(Locale.ROOT));
        return new ControlSettings(
                mode,
                loadAtStart(mode),
                Duration.ofSeconds(values.one(Settings.REPOSITORY_POLL_SECS)),
                values.one(Settings.MODEL_LOAD_RETRY_COUNT),
                values.optional(Settings.MODEL_MEMORY_LIMIT)
                        .map(OptionalLong::of)
                        .orElseGet(OptionalLong::empty));
    }

    private List<String> loadAtStart(ControlMode mode) {
        List<String> names = values.all(Settings.LOAD_MODEL);
        String origin = values.origin(Settings.LOAD_MODEL);
        if (!names.isEmpty() && mode != ControlMode.EXPLICIT) {
            throw OptionsException.of(
                    origin,
                    "given in mode " + mode.name().toLowerCase(Locale.ROOT),
                    Settings.MODEL_CONTROL_MODE.flag() + "=explicit with it");
        }
        if (names.size() > 1 && names.contains(ALL)) {
            throw OptionsException.of(origin, ALL + " beside names", ALL + " alone, or names");
        }
        return names;
    }
}
