package dev.tern.bench.cli;

import dev.tern.bench.load.ArrivalPattern;
import dev.tern.bench.load.ArrivalPattern.Spacing;
import dev.tern.bench.load.TraceFile;
import dev.tern.bench.load.TraceLoad;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code --arrivals} says: a pattern at the rate of {@code --rate}, or a recording, which has its own.
 *
 * @param pattern empty for a recording
 * @param trace empty for a pattern
 */
record ArrivalKind(Optional<ArrivalPattern> pattern, Optional<TraceLoad> trace) {
    private static final Pattern TRACE = Pattern.compile("trace:(.+?)((?:,(?:unit|speed)=[^,]*)*)");
    private static final String EXPECTED = " (expected: poisson, constant, bursty:on=TIME,off=TIME[,within=constant] or"
            + " trace:FILE[,unit=s|ms|us|ns][,speed=X])";

    /** @throws TypeConversionException for what is none, or a recording that cannot be read */
    static ArrivalKind parse(String text) {
        try {
            return parsed(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static ArrivalKind parsed(String text) {
        Matcher trace = TRACE.matcher(text);
        if (trace.matches()) {
            return new ArrivalKind(Optional.empty(), Optional.of(trace(text, trace.group(1), trace.group(2))));
        }
        if (text.startsWith("bursty:")) {
            return of(bursty(text, settings(text, text.substring("bursty:".length()))));
        }
        return switch (text) {
            case "poisson" -> of(ArrivalPattern.POISSON);
            case "constant" -> of(ArrivalPattern.CONSTANT);
            default -> throw refused(text);
        };
    }

    private static ArrivalKind of(ArrivalPattern pattern) {
        return new ArrivalKind(Optional.of(pattern), Optional.empty());
    }

    private static ArrivalPattern bursty(String text, Map<String, String> settings) {
        Duration on = time(text, settings.remove("on"));
        Duration off = time(text, settings.remove("off"));
        String within = Optional.ofNullable(settings.remove("within")).orElse("poisson");
        if (on.isZero() || !settings.isEmpty()) {
            throw refused(text);
        }
        Spacing spacing = switch (within) {
            case "poisson" -> Spacing.POISSON;
            case "constant" -> Spacing.CONSTANT;
            default -> throw refused(text);
        };
        return new ArrivalPattern(spacing, on.toNanos(), off.toNanos());
    }

    private static TraceLoad trace(String text, String file, String options) {
        Map<String, String> settings = settings(text, options.isEmpty() ? "" : options.substring(1));
        String unit = Optional.ofNullable(settings.remove("unit")).orElse("s");
        String speed = Optional.ofNullable(settings.remove("speed")).orElse("1");
        if (!unit.matches("s|ms|us|ns") || !speed.matches("\\d{1,6}(\\.\\d{1,6})?") || speed.matches("[0.]+")) {
            throw refused(text);
        }
        Path path = Path.of(file);
        long[] times = TraceFile.read(path, TraceFile.Unit.valueOf(unit.toUpperCase(Locale.ROOT)));
        return new TraceLoad(path.toString(), times, Double.parseDouble(speed));
    }

    private static Map<String, String> settings(String text, String list) {
        Map<String, String> settings = new HashMap<>();
        for (String each : list.isEmpty() ? new String[0] : list.split(",", -1)) {
            int equals = each.indexOf('=');
            if (equals <= 0 || settings.put(each.substring(0, equals), each.substring(equals + 1)) != null) {
                throw refused(text);
            }
        }
        return settings;
    }

    private static Duration time(String text, @Nullable String time) {
        if (time == null) {
            throw refused(text);
        }
        try {
            return new Durations().convert(time);
        } catch (TypeConversionException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException("'" + text + "' is not allowed" + EXPECTED);
    }

    /** For the command line. */
    static final class Converter implements ITypeConverter<ArrivalKind> {
        @Override
        public ArrivalKind convert(String text) {
            return parse(text);
        }
    }
}
