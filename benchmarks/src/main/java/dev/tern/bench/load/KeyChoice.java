package dev.tern.bench.load;

import dev.tern.bench.draw.Counted;
import dev.tern.bench.draw.Weighted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of the distinct requests is sent next.
 *
 * @param kind how it is chosen
 * @param exponent of Zipf's law; 0 for the other kinds
 */
public record KeyChoice(Kind kind, double exponent) {
    public static final KeyChoice IN_TURN = new KeyChoice(Kind.IN_TURN, 0);

    private static final Pattern ZIPF = Pattern.compile("zipf\\((\\d{1,3}(?:\\.\\d{1,6})?)\\)");

    /** The kinds of choice. */
    public enum Kind {
        /** One after the other, round and round. */
        IN_TURN,
        /** At random, each as likely. */
        UNIFORM,
        /** At random, the k-th in proportion to k<sup>-exponent</sup>. */
        ZIPF
    }

    /**
     * Reads {@code in-turn}, {@code uniform} or {@code zipf(S)}.
     *
     * @throws IllegalArgumentException for anything else, saying what is expected
     */
    public static KeyChoice parse(String text) {
        Matcher zipf = ZIPF.matcher(text);
        if (zipf.matches()) {
            return new KeyChoice(Kind.ZIPF, Double.parseDouble(zipf.group(1)));
        }
        return switch (text) {
            case "in-turn" -> IN_TURN;
            case "uniform" -> new KeyChoice(Kind.UNIFORM, 0);
            default ->
                throw new IllegalArgumentException("'" + text
                        + "' is not a choice of keys (expected: in-turn, uniform or zipf(S), such as" + " zipf(0.99))");
        };
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return switch (kind) {
            case IN_TURN -> "in-turn";
            case UNIFORM -> "uniform";
            case ZIPF -> "zipf(" + exponent + ")";
        };
    }

    /**
     * The choice among so many requests: a pure function of these three.
     *
     * @param stream keeps the choices of a run's models apart
     */
    Keys among(int distinct, long seed, long stream) {
        Counted random = new Counted(seed, stream);
        return switch (kind) {
            case IN_TURN -> n -> (int) (n % distinct);
            case UNIFORM -> n -> (int) (((random.bits(n) >>> 32) * distinct) >>> 32);
            case ZIPF -> {
                Weighted weighted = Weighted.zipf(distinct, exponent);
                yield n -> weighted.pick(random.bits(n));
            }
        };
    }
}
