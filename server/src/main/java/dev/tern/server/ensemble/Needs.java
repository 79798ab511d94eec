package dev.tern.server.ensemble;

import dev.tern.server.ensemble.Graph.Link;
import dev.tern.server.ensemble.Graph.Output;
import java.util.ArrayDeque;
import java.util.Deque;
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
        Deque<Integer> needed = new ArrayDeque<>();
        outputs.forEach(output -> needed.add(graph.tensor(output.name())));
        while (!needed.isEmpty()) {
            int tensor = needed.remove();
            readers[tensor]++;
            int maker = graph.maker(tensor);
            if (maker >= 0 && !steps[maker]) {
                steps[maker] = true;
                graph.reads(maker).forEach(read -> needed.add(read.tensor()));
            }
        }
        this.wanted = IntStream.range(0, steps.length)
                .mapToObj(step -> graph.makes(step).stream()
                        .filter(link -> readers[link.tensor()] > 0)
                        .map(Link::name)
                        .toList())
                .toList();
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
