package dev.tern.bench.simulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Every policy under every load.
 *
 * @param scenario the machine and its traffic
 * @param loads offered rates over the capacity
 * @param policies as they are typed
 * @param repeat with so many seeds, from the scenario's on; results are the medians
 */
public record Comparison(Scenario scenario, List<Double> loads, List<String> policies, int repeat) {
    public Comparison {
        loads = List.copyOf(loads);
        policies = List.copyOf(policies);
        policies.forEach(Policies::parse);
    }

    /** Policies typed as a list. */
    public static List<String> policies(String list) {
        return Policies.split(list);
    }

    /** Simulates; tells {@code done} the results of each policy and load as they come. */
    public List<Result> run(Consumer<List<Result>> done) {
        List<Result> results = new ArrayList<>();
        for (double load : loads) {
            for (String policy : policies) {
                List<Result> best = best(policy, load);
                done.accept(best);
                results.addAll(best);
            }
        }
        return results;
    }

    /** Of several policies under one name the one with the least 99th percentile. */
    private List<Result> best(String text, double load) {
        List<Policy> alternatives = Policies.parse(text);
        return alternatives.stream()
                .map(each -> run(each, load))
                // One that answers nobody is quick at it.
                .min(Comparator.comparingDouble(
                        each -> each.get(0).answered() > 0 ? each.get(0).p99() : Double.MAX_VALUE))
                .orElseThrow();
    }

    private List<Result> run(Policy policy, double load) {
        List<Counts> runs = IntStream.range(0, repeat)
                .mapToObj(
                        i -> Simulation.run(scenario.withSeed(scenario.seed() + i), policy, load * scenario.capacity()))
                .toList();
        List<Result> results = new ArrayList<>();
        for (int level = 0; level <= (scenario.levels() > 1 ? scenario.levels() : 0); level++) {
            int at = level;
            results.add(Result.median(runs.stream()
                    .map(counts -> Result.of(policy.name(), at, load, counts))
                    .toList()));
        }
        return results;
    }
}
