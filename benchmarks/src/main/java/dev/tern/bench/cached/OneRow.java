package dev.tern.bench.cached;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.Series;
import dev.tern.bench.floor.FloorRun.Unloaded;
import dev.tern.bench.floor.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A model that takes hardly longer than its request's way, and the most that a cache could do for it. */
final class OneRow implements Scenario {
    private static final int ROWS = 1;
    private static final Workload WORKLOAD = new Workload("ranker-1", Variant.OFF.model(), ROWS, List.of(), Goal.NONE);

    @Override
    public String name() {
        return "one-row";
    }

    @Override
    public List<Figure> measure(Bench bench) throws IOException {
        Space space = bench.tenth(ROWS);
        List<Variant> variants = List.of(Variant.OFF, Variant.CACHED);
        return bench.served(variants, List.of(space.flag(1)), (lab, folder) -> {
            lab.warmUp(Variant.OFF, ROWS);
            Filled filled = lab.fill(Variant.CACHED, ROWS);
            MeanLatency latency = MeanLatency.measure(lab, ROWS, variants);
            Path model =
                    folder.resolve(Bench.MODELS).resolve(Variant.OFF.model()).resolve("1/model.onnx");
            Unloaded floor = HitCost.floor(bench).unloaded(lab.server(), WORKLOAD, model, folder);
            return List.of(Latency.figure(latency, Goal.NONE, space, filled), bound(latency.of(Variant.CACHED), floor));
        });
    }

    /** For one caller of an idle server, were there nothing but echo and runs: 1 where every answer is found. */
    static Figure bound(List<Outcome> cached, Unloaded floor) {
        double echo = floor.echoMicros();
        double run = floor.runMicros();
        Series missed = Series.of("1 row: share of requests missed", cached, each -> 1 - each.hitRatio());
        return new Figure(
                Series.of(
                        "1 row: bound echo/(echo + miss share × model)",
                        cached,
                        each -> echo / (echo + (1 - each.hitRatio()) * run)),
                Goal.NONE,
                List.of(
                        Series.of(
                                "1 row: least latency ratio, (echo + miss share × model)/(echo + model)",
                                cached,
                                each -> (echo + (1 - each.hitRatio()) * run) / (echo + run)),
                        missed,
                        new Series("1 row: one caller, echo p50 µs", List.of(echo)),
                        new Series("1 row: one caller, bare run µs", List.of(run))));
    }
}
