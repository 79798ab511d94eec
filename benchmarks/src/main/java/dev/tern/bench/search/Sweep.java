package dev.tern.bench.search;

import dev.tern.bench.run.RunResult;
import java.util.List;
import java.util.Optional;

/**
 * Points at several rates, as a search or a curve has measured them.
 *
 * @param kind search or curve
 * @param last the last window, for the settings and the server that all of them share
 * @param points in the order in which they were measured
 * @param search what a search found; empty for a curve
 * @param objective as it was given, for a curve what was asserted; empty where nothing was
 * @param verdicts what became of it at the rates of a curve; none for a search
 */
public record Sweep(
        String kind,
        RunResult last,
        List<Point> points,
        Optional<Outcome> search,
        String objective,
        List<RateVerdict> verdicts) {
    public Sweep {
        points = List.copyOf(points);
        verdicts = List.copyOf(verdicts);
    }
}
