package dev.tern.bench.load;

import dev.tern.bench.draw.Counted;
import dev.tern.bench.draw.Weighted;
import java.util.List;

/** A run's models, and how often each is asked. Immutable. */
public final class Mix {
    private final List<Source> sources;
    private final Weighted weights;
    private final Counted random;

    private Mix(List<Source> sources, Weighted weights, Counted random) {
        this.sources = sources;
        this.weights = weights;
        this.random = random;
    }

    /** The sources with their weights, in the same order. */
    public static Mix of(List<Source> sources, List<Double> weights, long seed) {
        double[] numbers = weights.stream().mapToDouble(Double::doubleValue).toArray();
        return new Mix(List.copyOf(sources), new Weighted(numbers), new Counted(seed, 0));
    }

    /** One model alone. */
    public static Mix of(Source source) {
        return of(List.of(source), List.of(1.0), 0);
    }

    /** Whom the n-th request is for. */
    Source pick(long n) {
        return sources.size() == 1 ? sources.get(0) : sources.get(weights.pick(random.bits(n)));
    }

    /** One of them; all have the same connections. */
    Source any() {
        return sources.get(0);
    }
}
