package dev.tern.bench.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What batching is worth to a crowd of callers: by the server's CPU time, and by rate as measured. */
final class Throughput implements Scenario {
    static final int CALLERS = 64;

    @Override
    public String name() {
        return "throughput";
    }

    @Override
    public List<String> models() {
        return List.of("mlp-1024-unbatched", "mlp-1024-fixed-0", "mlp-2048-unbatched", "mlp-2048-fixed-0");
    }

    @Override
    public List<Figure> measure(Rounds rounds) {
        List<Figure> figures = new ArrayList<>();
        figures.addAll(figures(rounds, "mlp-1024", Goal.atLeast(3)));
        figures.addAll(figures(rounds, "mlp-2048", Goal.atLeast(6)));
        return figures;
    }

    private static List<Figure> figures(Rounds rounds, String network, Goal goal) {
        Map<String, List<Reading>> readings = rounds.run(repetition -> Turns.of(
                "unbatched", Trial.closed(network + "-unbatched", CALLERS),
                "batched", Trial.closed(network + "-fixed-0", CALLERS)));
        List<Reading> batched = Turns.readings(readings, "batched");
        List<Reading> unbatched = Turns.readings(readings, "unbatched");
        return List.of(
                Figure.ratio(
                        network + ": requests per server CPU second, batched over unbatched",
                        Series.of(network + " batched, requests per CPU second", batched, Reading::perCpuSecond),
                        Series.of(network + " unbatched, requests per CPU second", unbatched, Reading::perCpuSecond),
                        goal),
                Figure.ratio(
                        network + ": requests per second, batched over unbatched",
                        Series.of(network + " batched, requests/s", batched, Reading::perSecond),
                        Series.of(network + " unbatched, requests/s", unbatched, Reading::perSecond),
                        Goal.NONE));
    }
}
