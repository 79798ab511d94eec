package dev.tern.server.boot.options;

import dev.tern.server.rpc.CompressionLevel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** The kinds of values that settings have. */
final class ValueTypes {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]*)");
    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");
    private static final Map<String, Long> SIZE_UNITS =
            Map.of("", 1L, "B", 1L, "KIB", 1L << 10, "MIB", 1L << 20, "GIB", 1L << 30);
    private static final Map<String, Long> MILLIS = Map.of("MS", 1L, "S", 1_000L, "M", 60_000L, "H", 3_600_000L);

    private ValueTypes() {}

    static ValueType<String> text() {
        return ValueType.of("some text", text -> Optional.of(text).filter(it -> !it.isEmpty()));
    }

    static ValueType<String> fileName() {
        return ValueType.of(
                "a file name without a directory",
                text -> Optional.of(text).filter(it -> it.matches("[^/\\\\\\x00]+") && !it.matches("\\.+")));
    }

    static ValueType<Path> path() {
        return ValueType.of("a path", ValueTypes::parsePath);
    }

    /** A directory of models; what is meant for an object store is told where to read on. */
    static ValueType<Path> repository() {
        return ValueType.of(
                "a directory of this machine; models elsewhere are copied to one: docs/operations.md, \"Models in an object"
                        + " store\"",
                text -> URL.matcher(text).lookingAt() ? Optional.empty() : parsePath(text));
    }

    static ValueType<Boolean> onOrOff() {
        Map<String, Boolean> values = Map.of("on", true, "off", false);
        return ValueType.of("on or off", text -> Optional.ofNullable(values.get(lower(text))));
    }

    static ValueType<Boolean> bool() {
        Map<String, Boolean> values = Map.of("true", true, "1", true, "false", false, "0", false);
        return new ValueType<>("true, false, 1 or 0", text -> Optional.ofNullable(values.get(lower(text))), true);
    }

    static ValueType<String> choice(String expected, String... choices) {
        return ValueType.of(expected, text -> Optional.of(lower(text)).filter(List.of(choices)::contains));
    }

    static ValueType<Integer> integer(int from, int to) {
        return ValueType.of(
                from + " to " + to, text -> parseLong(text, from, to).map(Long::intValue));
    }

    static ValueType<Integer> port() {
        return integer(0, 65_535);
    }

    static ValueType<OptionalInt> portOrOff() {
        ValueType<Integer> port = port();
        return ValueType.of(
                port.expected() + ", or off",
                text -> lower(text).equals("off")
                        ? Optional.of(OptionalInt.empty())
                        : port.parser().apply(text).map(OptionalInt::of));
    }

    /** Bytes; at most what one array or buffer can hold. */
    static ValueType<Integer> size(int from) {
        return ValueType.of(
                from + " to " + Integer.MAX_VALUE + " bytes; KiB, MiB and GiB may follow the number, such as 64MiB",
                text -> amount(text, SIZE_UNITS, from, Integer.MAX_VALUE).map(Long::intValue));
    }

    /** Bytes of memory, of any number. */
    static ValueType<Long> memory() {
        return ValueType.of(
                "a number of bytes; KiB, MiB and GiB may follow it, such as 256MiB",
                text -> amount(text, SIZE_UNITS, 0, Long.MAX_VALUE));
    }

    static ValueType<Duration> duration(Duration from, Duration to) {
        return ValueType.of(
                shown(from) + " to " + shown(to) + ", with its unit: ms, s, m or h",
                text -> amount(text.equals("0") ? "0s" : text, MILLIS, from.toMillis(), to.toMillis())
                        .map(Duration::ofMillis));
    }

    static ValueType<Duration> seconds(int to) {
        return ValueType.of(
                "0 to " + to + " seconds", text -> parseLong(text, 0, to).map(Duration::ofSeconds));
    }

    static ValueType<CompressionLevel> compressionLevel() {
        return ValueType.of(
                "none, low, medium or high",
                text -> Stream.of(CompressionLevel.values())
                        .filter(it -> lower(it.name()).equals(lower(text)))
                        .findFirst());
    }

    static ValueType<String> pattern() {
        return ValueType.of("a regular expression", text -> Optional.of(text).filter(ValueTypes::isPattern));
    }

    private static boolean isPattern(String text) {
        try {
            return !Pattern.compile(text).pattern().isEmpty();
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    /** A duration as its setting is written. */
    static String shown(Duration duration) {
        return duration.toMillis() % 1_000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private static Optional<Long> amount(String text, Map<String, Long> units, long from, long to) {
        Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Long unit = units.get(matcher.group(2).toUpperCase(Locale.ROOT));
        long number = Long.parseLong(matcher.group(1));
        if (unit == null || number > to / unit || number * unit < from) {
            return Optional.empty();
        }
        return Optional.of(number * unit);
    }

    private static Optional<Long> parseLong(String text, long from, long to) {
        return text.matches("\\d{1,18}")
                ? Optional.of(Long.parseLong(text)).filter(it -> it >= from && it <= to)
                : Optional.empty();
    }

    private static Optional<Path> parsePath(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
