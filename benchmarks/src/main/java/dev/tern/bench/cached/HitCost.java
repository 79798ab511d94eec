package dev.tern.bench.cached;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.floor.FloorRun;
import dev.tern.bench.floor.FloorSettings;
import dev.tern.bench.floor.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What an answer out of memory costs the server, against a bare echo of it. */
final class HitCost implements Scenario {
    private static final List<String> WORKLOADS = List.of("ranker-1", "ranker-200", "mlp-64");
    private static final int EVENT_LOOPS = 1;
    private static final int CALLERS = 64;
    private static final int CONNECTIONS = 2;
    /** The JVM's own work is not to be taken for the server's. */
    private static final int WARM_UP = 4;

    @Override
    public String name() {
        return "hit-cost";
    }

    @Override
    public List<Figure> measure(Bench bench) throws IOException {
        List<Figure> figures = new ArrayList<>();
        for (Workload each : Workload.ALL) {
            if (WORKLOADS.contains(each.name())) {
                figures.add(floor(bench).hits(each, bench::journal));
            }
        }
        return figures;
    }

    static FloorRun floor(Bench bench) {
        CacheSettings settings = bench.settings();
        return new FloorRun(
                new FloorSettings(
                        settings.launch(),
                        EVENT_LOOPS,
                        CALLERS,
                        CONNECTIONS,
                        settings.repeat(),
                        settings.duration(),
                        settings.settle(),
                        settings.warmUp().multipliedBy(WARM_UP),
                        Duration.ZERO),
                bench.stop(),
                bench::progress);
    }
}
