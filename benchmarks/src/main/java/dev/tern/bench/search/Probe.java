package dev.tern.bench.search;

import java.util.List;

/**
 * One rate that was tried.
 *
 * @param point its windows together
 * @param objections why each window did not meet the objective, in order; empty text for one that did
 * @param met whether the windows agreed that it was met
 * @param confirming whether bisecting was over and the rate was to be the result
 */
public record Probe(Point point, List<String> objections, boolean met, boolean confirming) {
    public Probe {
        objections = List.copyOf(objections);
    }

    /** How many windows met the objective. */
    public long windowsMet() {
        return objections.stream().filter(String::isEmpty).count();
    }

    /** Why it was not met, as the last window that did not meet it has it; empty where every window did. */
    public String objection() {
        return objections.stream()
                .filter(each -> !each.isEmpty())
                .reduce((first, last) -> last)
                .orElse("");
    }
}
