package dev.tern.server.ensemble;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The steps of an ensemble and the tensors between them, by number: first the ensemble's inputs, then what the steps make.
 * Each tensor has one maker, and no step waits for itself: who builds a graph has checked that. Immutable.
 */
public final class Graph {
    /**
     * One step as the configuration has it.
     *
     * @param version -1 for the newest
     * @param inputs the ensemble's tensors by the model's inputs
     * @param outputs the ensemble's tensors by the model's outputs
     */
    public record Step(String model, long version, Map<String, String> inputs, Map<String, String> outputs) {
        public Step {
            inputs = Map.copyOf(inputs);
            outputs = Map.copyOf(outputs);
        }
    }

    /**
     * An output of the ensemble.
     *
     * @param rank dimensions that callers are told of, the batch included
     */
    public record Output(String name, int rank) {}

    private record Asked(String model, long version) {}

    /** A model's input or output, and the number of the tensor that it is. */
    record Link(String name, int tensor) {}

    private final String ensemble;
    private final List<Step> steps;
    private final List<Output> outputs;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<List<Link>> reads = new ArrayList<>();
    private final List<List<Link>> makes = new ArrayList<>();

    /** The step that makes each tensor; none for the ensemble's inputs. */
    private final Map<Integer, Integer> makers = new HashMap<>();

    /** The steps that read each tensor, as often as they do. */
    private final Map<Integer, List<Integer>> readers = new HashMap<>();

    private final List<Integer> firstLike = new ArrayList<>();
    private final Needs all;

    /** @param inputs the ensemble's, in the order in which requests bring them */
    public Graph(String ensemble, List<String> inputs, List<Step> steps, List<Output> outputs) {
        this.ensemble = ensemble;
        this.steps = List.copyOf(steps);
        this.outputs = List.copyOf(outputs);
        inputs.forEach(this::number);
        steps.forEach(step -> makes.add(links(step.outputs())));
        steps.forEach(step -> reads.add(links(step.inputs())));
        Map<Asked, Integer> first = new HashMap<>();
        for (int step = 0; step < steps.size(); step++) {
            Asked asked = new Asked(steps.get(step).model(), steps.get(step).version());
            first.putIfAbsent(asked, step);
            firstLike.add(first.getOrDefault(asked, step));
            for (Link made : makes.get(step)) {
                makers.put(made.tensor(), step);
            }
            for (Link read : reads.get(step)) {
                readers.computeIfAbsent(read.tensor(), unused -> new ArrayList<>())
                        .add(step);
            }
        }
        this.all = new Needs(this, outputs);
    }

    private List<Link> links(Map<String, String> map) {
        return map.entrySet().stream()
                .map(each -> new Link(each.getKey(), number(each.getValue())))
                .toList();
    }

    private int number(String tensor) {
        return numbers.computeIfAbsent(tensor, unused -> numbers.size());
    }

    String ensemble() {
        return ensemble;
    }

    List<Step> steps() {
        return steps;
    }

    int tensors() {
        return numbers.size();
    }

    int tensor(String name) {
        return numbers.getOrDefault(name, -1);
    }

    /** The step that makes {@code tensor}; -1 for an input of the ensemble. */
    int maker(int tensor) {
        return makers.getOrDefault(tensor, -1);
    }

    /** The steps that read {@code tensor}, as often as they do. */
    List<Integer> readers(int tensor) {
        return readers.getOrDefault(tensor, List.of());
    }

    List<Link> reads(int step) {
        return reads.get(step);
    }

    List<Link> makes(int step) {
        return makes.get(step);
    }

    /** The number of the tensor that a model's output is; -1 if the ensemble has no use for it. */
    int made(int step, String output) {
        for (Link each : makes.get(step)) {
            if (each.name().equals(output)) {
                return each.tensor();
            }
        }
        return -1;
    }

    /** The first step that asks for the same model and version. */
    int firstLike(int step) {
        return firstLike.get(step);
    }

    /** What it takes to answer a request for {@code names}; for all outputs where there are none. */
    Needs needs(List<String> names) {
        return names.isEmpty()
                ? all
                : new Needs(
                        this,
                        names.stream()
                                .flatMap(name -> outputs.stream()
                                        .filter(output -> output.name().equals(name)))
                                .toList());
    }
}
