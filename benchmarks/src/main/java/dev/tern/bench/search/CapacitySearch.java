package dev.tern.bench.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Tries rates until the search is over. Used by one thread. */
public final class CapacitySearch {
    private final RateSearch rates;
    private final Rule rule;
    private final int needed;
    private final Lab lab;
    private final Consumer<Probe> told;
    private final List<Probe> probes = new ArrayList<>();
    private int windows;

    /**
     * Makes a search.
     *
     * @param needed how many windows must agree on a rate, at least 1
     * @param told each probe as it ends
     */
    public CapacitySearch(RateSearch rates, Rule rule, int needed, Lab lab, Consumer<Probe> told) {
        this.rates = rates;
        this.rule = rule;
        this.needed = needed;
        this.lab = lab;
        this.told = told;
    }

    /** Searches to the end, or until the lab is stopped; blocks. */
    public Outcome run() {
        for (OptionalDouble rate = rates.next(); rate.isPresent(); rate = rates.next()) {
            Optional<Probe> probe = probe(rate.getAsDouble());
            if (probe.isEmpty()) {
                return new Outcome(OptionalDouble.empty(), probes, true);
            }
            probes.add(probe.get());
            told.accept(probe.get());
            rates.tried(rate.getAsDouble(), probe.get().met());
        }
        return new Outcome(rates.result(), probes, false);
    }

    private Optional<Probe> probe(double rate) {
        boolean confirming = rates.isConfirming();
        List<Point> points = new ArrayList<>();
        List<String> objections = new ArrayList<>();
        Agreement agreement = Agreement.of(needed);
        while (agreement.verdict().isEmpty()) {
            String label = "probe " + (probes.size() + 1) + ", window " + (points.size() + 1);
            Optional<Point> point = lab.measure(rate, windows++, label);
            if (point.isEmpty()) {
                return Optional.empty();
            }
            points.add(point.get());
            objections.add(rule.objection(point.get().measurement()).orElse(""));
            agreement = agreement.with(objections.get(objections.size() - 1).isEmpty());
        }
        boolean met = agreement.verdict().orElseThrow();
        return Optional.of(new Probe(Together.of(points), objections, met, confirming));
    }
}
