package dev.tern.server.statistics;

import dev.tern.server.predict.RunTimes;
import dev.tern.server.predict.ServingStatistics.Runs;
import java.util.ArrayList;
import java.util.List;

/** Runs by their number of rows. There are few numbers: they are found in a sorted list, which is copied for a new one. */
final class RunsByRows {
    private volatile List<RunCounts> sorted = List.of();

    void add(int rows, RunTimes times) {
        List<RunCounts> known = sorted;
        int at = find(known, rows);
        (at >= 0 ? known.get(at) : made(rows)).add(times);
    }

    private synchronized RunCounts made(int rows) {
        List<RunCounts> known = sorted;
        int at = find(known, rows);
        if (at >= 0) {
            return known.get(at);
        }
        RunCounts made = new RunCounts(rows);
        List<RunCounts> more = new ArrayList<>(known);
        more.add(-at - 1, made);
        sorted = List.copyOf(more);
        return made;
    }

    /** The place of {@code rows}; where it would have to be, times -1 and less 1, if it is not there. */
    private static int find(List<RunCounts> known, int rows) {
        int from = 0;
        int to = known.size() - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int there = known.get(middle).rows();
            if (there == rows) {
                return middle;
            }
            if (there < rows) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return -from - 1;
    }

    /** The fewest rows first. */
    List<Runs> sums() {
        return sorted.stream().map(RunCounts::sum).toList();
    }
}
