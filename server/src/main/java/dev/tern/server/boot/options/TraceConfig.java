package dev.tern.server.boot.options;

import dev.tern.server.tracing.TraceLevel;
import dev.tern.server.tracing.TraceSettings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One part of what is said of traces at the start, written as for Triton.
 *
 * @param value as it was checked: of {@code level} and {@code mode} a name, of the numbers one in their range
 */
record TraceConfig(Key key, String value) {
    private static final String MODE_PREFIX = "triton,";

    /** What may be said. */
    enum Key {
        FILE,
        LEVEL,
        RATE,
        COUNT,
        LOG_FREQUENCY,
        MODE;

        private String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static ValueType<TraceConfig> type() {
        return ValueType.of(
                "triton,file=PATH, level=OFF, level=TIMESTAMPS, level=TENSORS, rate=N, count=N, log-frequency=N or"
                        + " mode=triton",
                TraceConfig::parse);
    }

    private static Optional<TraceConfig> parse(String text) {
        String said = text.startsWith(MODE_PREFIX) ? text.substring(MODE_PREFIX.length()) : text;
        int equals = said.indexOf('=');
        for (Key each : Key.values()) {
            if (equals > 0 && each.text().equals(said.substring(0, equals))) {
                TraceConfig config = new TraceConfig(each, said.substring(equals + 1));
                return config.isAllowed() ? Optional.of(config) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private boolean isAllowed() {
        return switch (key) {
            case FILE -> !value.isEmpty();
            case LEVEL -> value.equals("OFF") || isLevel();
            case RATE -> isNumber() && number() >= 1;
            case COUNT -> value.equals("-1") || isNumber();
            case LOG_FREQUENCY -> isNumber();
            case MODE -> value.equals("triton");
        };
    }

    private boolean isLevel() {
        for (TraceLevel each : TraceLevel.values()) {
            if (each.name().equals(value)) {
                return true;
            }
        }
        return false;
    }

    private boolean isNumber() {
        return value.matches("\\d{1,9}");
    }

    int number() {
        return Integer.parseInt(value);
    }

    /** Where traces go; the last that is said. */
    static Optional<Path> file(List<TraceConfig> all) {
        return all.stream()
                .filter(each -> each.key == Key.FILE)
                .map(each -> Path.of(each.value))
                .reduce((first, second) -> second);
    }

    /** Which requests are traced: several levels add up, of the others the last counts. */
    static TraceSettings settings(List<TraceConfig> all) {
        Set<TraceLevel> levels = EnumSet.noneOf(TraceLevel.class);
        TraceSettings initial = TraceSettings.INITIAL;
        int rate = initial.rate();
        int count = initial.count();
        int logFrequency = initial.logFrequency();
        for (TraceConfig each : all) {
            switch (each.key) {
                case LEVEL -> {
                    if (each.isLevel()) {
                        levels.add(TraceLevel.valueOf(each.value));
                    } else {
                        levels.clear();
                    }
                }
                case RATE -> rate = each.number();
                case COUNT -> count = each.number();
                case LOG_FREQUENCY -> logFrequency = each.number();
                case FILE, MODE -> {}
            }
        }
        return new TraceSettings(levels, rate, count, logFrequency);
    }
}
