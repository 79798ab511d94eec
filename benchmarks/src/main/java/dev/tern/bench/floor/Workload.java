package dev.tern.bench.floor;

import dev.tern.bench.figures.Goal;
import dev.tern.bench.input.GivenShape;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.models.Ranker;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Requests of one kind to one model.
 *
 * @param name for {@code --only}
 * @param model one of {@code tern-bench models}, or {@code ranker}, which comes with the server
 * @param rows the leading dimension of each request
 * @param shapes of inputs whose dimensions vary
 * @param cpu what the server's CPU time over the floor's is to reach
 */
public record Workload(String name, String model, int rows, List<GivenShape> shapes, Goal cpu) {
    public Workload {
        shapes = List.copyOf(shapes);
    }

    private static final String RANKER = Ranker.NAME;
    private static final int BYTES_100 = 100 / Float.BYTES;
    private static final int MIB = (1 << 20) / Float.BYTES;

    /** In the order in which they are measured. */
    public static final List<Workload> ALL = List.of(
            fixed("mlp-64", "mlp-64-fixed-0", 1, Goal.atMost(1.3)),
            fixed("mlp-512", "mlp-1024-fixed-0", 1, Goal.atMost(1.2)),
            fixed("ranker-1", RANKER, 1, Goal.atMost(1.25)),
            fixed("ranker-200", RANKER, 200, Goal.atMost(1.1)),
            payload("payload-100b", BYTES_100),
            payload("payload-1m", MIB));

    RequestHead head() {
        return new RequestHead(model, "", OptionalLong.empty(), Optional.empty());
    }

    private static Workload fixed(String name, String model, int rows, Goal cpu) {
        return new Workload(name, model, rows, List.of(), cpu);
    }

    private static Workload payload(String name, int floats) {
        return new Workload(name, "payload-fixed-0", 1, List.of(GivenShape.parse("values:" + floats)), Goal.NONE);
    }
}
