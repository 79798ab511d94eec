package dev.tern.bench.figures;

import java.util.List;

/** Some figures that are measured with one server. */
public interface Scenario {
    /** Its name on the command line. */
    String name();

    /** The models that it needs, by the names of {@link dev.tern.bench.models.BenchModels}. */
    List<String> models();

    /** The load that warms one of them up. */
    default Trial warmUp(String model) {
        return Trial.closed(model, Throughput.CALLERS);
    }

    /** Measures with warm models. */
    List<Figure> measure(Rounds rounds);
}
