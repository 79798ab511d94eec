package dev.tern.bench.cached;

import dev.tern.bench.faults.Fault;
import dev.tern.bench.faults.FaultyRedis;
import dev.tern.bench.figures.Figure;
import dev.tern.bench.process.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What becomes of latency when Redis is not well: a server that keeps all answers there, and none in memory. */
final class FarFaults implements Scenario {
    static final int ROWS = 200;

    @Override
    public String name() {
        return "l2-faults";
    }

    @Override
    public boolean needsRedis() {
        return true;
    }

    @Override
    public List<Figure> measure(Bench bench) throws IOException {
        Path program = bench.settings().redis().orElseThrow();
        try (TemporaryFolder folder = TemporaryFolder.create("tern-redis");
                // Beside this tool: a Redis on the server's cores would take their time, and nobody has it there.
                FaultyRedis redis = FaultyRedis.start(program, "", folder.path())) {
            return bench.stop().during(redis::stop, () -> figures(bench, redis, folder.path()));
        }
    }

    private static List<Figure> figures(Bench bench, FaultyRedis redis, Path folder) throws IOException {
        List<String> flags = List.of(
                "--redis=" + redis.address(), "--cache-secret-file=" + FarHits.secret(folder), "--cache-size=0");
        return bench.served(
                List.of(Variant.OFF, Variant.CACHED),
                flags,
                (lab, ignored) ->
                        new FaultTurns(bench, lab, redis, folder.resolve("answers")).figures(List.of(Fault.values())));
    }
}
