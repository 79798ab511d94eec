package dev.tern.server.batching.policy;

import dev.tern.server.batching.policy.Callers.Population;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The plans that are worth a replay; immediate dispatch is always the first of them. */
final class Candidates {
    /** Part of the objective that a prediction may use up. */
    static final double MARGIN = 0.9;

    private static final double SHORTEST_WINDOW = 1.0 / 16;
    private static final double LONGEST_WINDOW = 1.1;
    private static final double OBJECTIVE_STEP = 1.5;
    private static final int OBJECTIVE_STEPS = 10;

    private final AdaptiveSettings settings;
    private final int instances;
    private final long[] runNanos;
    private final int maxRows;
    private final List<Plan> plans = new ArrayList<>();

    private Candidates(AdaptiveSettings settings, int instances, long[] runNanos) {
        this.settings = settings;
        this.instances = instances;
        this.runNanos = runNanos;
        this.maxRows = runNanos.length - 1;
    }

    /** @param runNanos what a run takes by rows, up to the max batch size */
    static List<Plan> of(
            AdaptiveSettings settings, int instances, long[] runNanos, Population population, double rowsPerRequest) {
        Candidates candidates = new Candidates(settings, instances, runNanos);
        candidates.add((int) Math.ceil(population.callers() * rowsPerRequest));
        return candidates.plans;
    }

    private void add(int rowsOfAllCallers) {
        List<Integer> caps = caps();
        // No run is longer than that of all callers together, and none has to be waited out for longer.
        int most = rowsOfAllCallers == 0 ? maxRows : Math.min(maxRows, rowsOfAllCallers);
        for (int cap : caps) {
            plans.add(immediate(cap));
        }
        for (int cap : caps) {
            for (int rows : rowsToWaitFor(cap, rowsOfAllCallers)) {
                addWindows(rows, cap, most);
                if (instances > 1 && 2 * rows <= cap) {
                    addWindows(rows, rows, most);
                }
            }
        }
    }

    static Plan immediate(int maxRows) {
        return new Plan(1, 0, maxRows);
    }

    /**
     * The most rows in a run: the max batch size; the size of the best throughput, where larger runs are less
     * efficient; and with an objective the largest whose run leaves half of it to waiting.
     */
    private List<Integer> caps() {
        TreeSet<Integer> caps = new TreeSet<>(List.of(maxRows, mostEfficient()));
        if (settings.hasObjective()) {
            caps.add(largestWithin(settings.objectiveNanos() / 2));
        }
        return List.copyOf(caps.descendingSet());
    }

    private int mostEfficient() {
        int best = maxRows;
        for (int rows = maxRows; rows >= 1; rows--) {
            // A smaller run has to be clearly better per row: the curve is never exact.
            best = runNanos[rows] / (double) rows < MARGIN * runNanos[best] / best ? rows : best;
        }
        return best;
    }

    private int largestWithin(long nanos) {
        int rows = maxRows;
        while (rows > 1 && runNanos[rows] > nanos) {
            rows--;
        }
        return rows;
    }

    private NavigableSet<Integer> rowsToWaitFor(int cap, int rowsOfAllCallers) {
        TreeSet<Integer> sizes = new TreeSet<>();
        for (int knot = 1; Knots.units(knot) < cap; knot++) {
            sizes.add((int) Knots.units(knot));
        }
        sizes.add(cap);
        for (int groups = 1; groups <= 2; groups++) {
            int together = rowsOfAllCallers / groups;
            if (together > 1 && together <= cap) {
                sizes.add(together);
            }
        }
        sizes.remove(1);
        return sizes;
    }

    private void addWindows(int rows, int cap, int most) {
        if (settings.hasObjective()) {
            double window = settings.objectiveNanos() * MARGIN - runNanos[rows];
            for (int i = 0; i < OBJECTIVE_STEPS && window > 0; i++, window /= OBJECTIVE_STEP) {
                plans.add(new Plan(rows, (long) window, cap));
            }
        } else {
            double longest = LONGEST_WINDOW * runNanos[most];
            for (double window = runNanos[1] * SHORTEST_WINDOW; window < longest; window *= 2) {
                plans.add(new Plan(rows, (long) window, cap));
            }
            plans.add(new Plan(rows, (long) longest, cap));
        }
    }
}
