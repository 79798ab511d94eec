package dev.tern.bench.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;

/**
 * A time that an option gives, which help shows as it would be typed.
 *
 * @param time not negative
 */
record Span(Duration time) {
    static Span ofSeconds(long seconds) {
        return new Span(Duration.ofSeconds(seconds));
    }

    @Override
    public String toString() {
        return Durations.text(time);
    }

    /** Reads what {@link Durations} reads. */
    static final class Converter implements ITypeConverter<Span> {
        private final Durations durations = new Durations();

        @Override
        public Span convert(String text) {
            return new Span(durations.convert(text));
        }
    }
}
