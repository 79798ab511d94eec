package dev.tern.server.ensemble;

import dev.tern.server.ensemble.Graph.Link;
import dev.tern.server.ensemble.Graph.Output;
import java.util.List;
import java.util.stream.IntStream;

/** What it takes to answer a request for some outputs of an ensemble: which steps, and who reads each tensor. Immutable. */
final class Needs {
    private final List<Output> outputs;
    private final boolean[] steps;

    /** How many steps read each tensor, and one more for an output. */
    private final int[] readers;

    /** The outputs of each step's model that somebody reads. */
    private final List<List<String>> wanted;

    Needs(Graph graph, List<Output> outputs) {
        this.outputs = List.copyOf(outputs);
        this.steps = new boolean[graph.steps().size()];
        this.readers = new int[graph.tensors()];
        outputs.forEach(output -> need(graph, graph.tensor(output.name())));
        this.wanted = IntStream.range(0, steps.length)
                .mapToObj(step -> graph.makes(step).stream()
                        .filter(link -> readers[link.tensor()] > 0)
                        .map(Link::name)
                        .toList())
                .toList();
    }

    /** One more needs {@code tensor}, and so its maker, and what that reads. */
    private void need(Graph graph, int tensor) {
        readers[tensor]++;
        for (int step = 0; step < steps.length; step++) {
            if (!steps[step] && graph.makes(step).stream().anyMatch(link -> link.tensor() == tensor)) {
                steps[step] = true;
                for (Link read : graph.reads(step)) {
                    need(graph, read.tensor());
                }
            }
        }
    }

    /** In the caller's order. */
    List<Output> outputs() {
        return outputs;
    }

    boolean step(int step) {
        return steps[step];
    }

    int[] readers() {
        return readers.clone();
    }

    List<String> wanted(int step) {
        return wanted.get(step);
    }

    /** How many inputs each step waits for. */
    int[] missing(Graph graph) {
        return IntStream.range(0, steps.length)
                .map(step -> graph.reads(step).size())
                .toArray();
    }
}
