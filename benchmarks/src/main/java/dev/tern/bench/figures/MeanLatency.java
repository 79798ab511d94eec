package dev.tern.bench.figures;

import java.util.List;
import java.util.Map;

/** What batching does to the mean latency at a load that the server could also bear without. */
final class MeanLatency implements Scenario {
    private static final double SHARE = 0.7;

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public List<String> models() {
        return new Throughput().models();
    }

    @Override
    public List<Figure> measure(Rounds rounds) {
        return List.of(figure(rounds, "mlp-2048", Goal.atMost(0.6)), figure(rounds, "mlp-1024", Goal.NONE));
    }

    private static Figure figure(Rounds rounds, String network, Goal goal) {
        double rate = SHARE * rounds.capacity(Trial.closed(network + "-unbatched", Throughput.CALLERS));
        Map<String, List<Reading>> readings = rounds.run(repetition -> Turns.of(
                "unbatched", Trial.open(network + "-unbatched", rate, repetition),
                "batched", Trial.open(network + "-fixed-0", rate, repetition)));
        return Figure.ratio(
                Texts.format("%s: mean latency at %,.0f requests/s, batched over unbatched", network, rate),
                Series.of(network + " batched, mean ms", Turns.readings(readings, "batched"), Reading::meanMillis),
                Series.of(network + " unbatched, mean ms", Turns.readings(readings, "unbatched"), Reading::meanMillis),
                goal);
    }
}
