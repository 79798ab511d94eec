package dev.tern.server.boot.options;

import java.util.List;
import java.util.Optional;

/** The settings' values, taken from the first source that has them. */
final class Values {
    private final List<Source> sources;

    /** @param sources by falling precedence */
    Values(List<Source> sources) {
        this.sources = List.copyOf(sources);
    }

    /** The value of a setting that has a default. */
    <T> T one(Setting<T> setting) {
        return optional(setting).orElseThrow(() -> new IllegalStateException(setting.name() + " has no default"));
    }

    <T> Optional<T> optional(Setting<T> setting) {
        return all(setting).stream().findFirst();
    }

    <T> List<T> all(Setting<T> setting) {
        Optional<Given> found = given(setting);
        if (found.isEmpty()) {
            return setting.initial().stream()
                    .map(text -> setting.type().parse(setting.flag(), text))
                    .toList();
        }
        Given given = found.get();
        return given.texts().stream()
                .map(text -> setting.type().parse(given.origin(), text))
                .toList();
    }

    /** Where the setting was given; its flag if nowhere. */
    String origin(Setting<?> setting) {
        return given(setting).map(Given::origin).orElse(setting.flag());
    }

    boolean isGiven(Setting<?> setting) {
        return given(setting).isPresent();
    }

    private Optional<Given> given(Setting<?> setting) {
        return sources.stream()
                .flatMap(source -> source.given(setting).stream())
                .findFirst();
    }
}
