package dev.tern.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** Recorded arrivals: one time a line, since whenever; empty lines and those that begin with # count for nothing. */
public final class TraceFile {
    /** What the numbers of a file count. */
    public enum Unit {
        S(9),
        MS(6),
        US(3),
        NS(0);

        private final int digits;

        Unit(int digits) {
            this.digits = digits;
        }
    }

    /** More than a time has; beyond, making the number would itself be costly. */
    private static final int DIGITS = 40;

    private final Path file;
    private final Unit unit;
    private final LongStream.Builder times = LongStream.builder();
    private long first;
    private long last;
    private int count;

    private TraceFile(Path file, Unit unit) {
        this.file = file;
        this.unit = unit;
    }

    /**
     * Reads a file.
     *
     * @return nanoseconds since the first time
     * @throws IllegalArgumentException when it cannot be read, is empty, or a line is no time or earlier than the one
     *     before, saying which
     */
    public static long[] read(Path file, Unit unit) {
        TraceFile trace = new TraceFile(file, unit);
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                trace.add(++number, line.strip());
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("trace " + file + ": it cannot be read (expected: a file of text)", e);
        }
        if (trace.count == 0) {
            throw new IllegalArgumentException("trace " + file + ": it is empty (expected: one time a line)");
        }
        return trace.times.build().toArray();
    }

    private void add(int number, String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        long time = nanos(number, line);
        if (count == 0) {
            first = time;
        } else if (time < last) {
            throw refused(number, line + " is earlier than the time before it (expected: times in order)");
        }
        times.add(time - first);
        last = time;
        count++;
    }

    private long nanos(int number, String line) {
        try {
            BigDecimal time = new BigDecimal(line);
            if (Math.abs((long) time.precision() - time.scale()) > DIGITS) {
                throw new ArithmeticException("too many digits");
            }
            return time.movePointRight(unit.digits)
                    .setScale(0, RoundingMode.HALF_UP)
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw refused(number, "'" + line + "' is too large (expected: less than 292 years)");
        } catch (NumberFormatException e) {
            throw refused(number, "'" + line + "' is not a time (expected: a number, such as 0.125)");
        }
    }

    private IllegalArgumentException refused(int number, String why) {
        return new IllegalArgumentException("trace " + file + ": line " + number + ": " + why);
    }
}
