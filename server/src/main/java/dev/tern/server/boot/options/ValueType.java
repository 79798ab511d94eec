package dev.tern.server.boot.options;

import java.util.Optional;
import java.util.function.Function;

/**
 * How a setting's text becomes its value.
 *
 * @param expected what is allowed, as error messages say it
 * @param parser answers empty for a text that is not allowed
 * @param isSwitch whether the flag alone, without a value, means {@code true}
 */
record ValueType<T>(String expected, Function<String, Optional<T>> parser, boolean isSwitch) {
    static <T> ValueType<T> of(String expected, Function<String, Optional<T>> parser) {
        return new ValueType<>(expected, parser, false);
    }

    /** The value of {@code text}, as given at {@code origin}. */
    T parse(String origin, String text) {
        return parser.apply(text.strip())
                .orElseThrow(() -> OptionsException.of(origin, text.isEmpty() ? "\"\"" : text, expected));
    }
}
