package dev.tern.bench.compare;

import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Quantity.Kind;
import dev.tern.bench.measure.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A duel as a table for a terminal. */
public final class DuelTable {
    private static final String ROW = "%-9s %11s %11s   %-7s %-16s %s\n";

    private DuelTable() {}

    /** The whole table, ending with a line break. */
    public static String of(List<Round> rounds) {
        StringBuilder text = new StringBuilder(Units.format(ROW, "", "A", "B", "B/A", "95% interval", "verdict"));
        for (DuelFigure each : DuelFigure.of(rounds)) {
            text.append(Units.format(
                    ROW,
                    each.quantity().name(),
                    each.quantity().text(each.a()),
                    each.quantity().text(each.b()),
                    Units.ratio(each.ratios().median()),
                    interval(each.ratios()),
                    verdict(each) + left(each, rounds.size())));
        }
        text.append(Units.format(
                "%,d rounds of A B B A; B/A is the median of the rounds' ratios. Requests without an answer: A %,d, B %,d.\n",
                rounds.size(),
                lost(rounds.stream().flatMap(each -> each.a().stream())),
                lost(rounds.stream().flatMap(each -> each.b().stream()))));
        notes(rounds).forEach(each -> text.append("note: ").append(each).append('\n'));
        return text.toString();
    }

    /** What the reader should know, in whole sentences. */
    static List<String> notes(List<Round> rounds) {
        List<String> notes = new ArrayList<>();
        long a = Round.generatorLimited(rounds, Round::a);
        long b = Round.generatorLimited(rounds, Round::b);
        if (a + b > 0) {
            notes.add(Units.format(
                    "the generator, not the server, was the bottleneck in %,d slices of A and %,d of B, of %,d each: what"
                            + " they show of the servers is less than what is there. Raise --threads, lower --rate, or give"
                            + " the generator more cores of its own.",
                    a, b, 2 * rounds.size()));
        }
        return notes;
    }

    /** In words; a difference is one only where the interval leaves 1 out. */
    static String verdict(DuelFigure figure) {
        if (Double.isNaN(figure.ratios().low())) {
            return "too few rounds to tell (6 or more)";
        }
        if (!figure.ratios().differ()) {
            return "no difference";
        }
        boolean more = figure.ratios().median() > 1;
        return more == (figure.quantity().kind() == Kind.RATE) ? "B is better" : "A is better";
    }

    /** Of how many rounds, where not all of them have the figure. */
    private static String left(DuelFigure figure, int rounds) {
        int used = figure.ratios().each().size();
        return used == rounds ? "" : " (" + used + " of " + rounds + " rounds)";
    }

    private static String interval(Ratios ratios) {
        return Double.isNaN(ratios.low()) ? "-" : Units.ratio(ratios.low()) + " to " + Units.ratio(ratios.high());
    }

    private static long lost(Stream<Measurement> slices) {
        return slices.mapToLong(each -> each.sent() - each.answered()).sum();
    }
}
