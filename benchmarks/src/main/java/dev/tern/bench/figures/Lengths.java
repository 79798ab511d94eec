package dev.tern.bench.figures;

import dev.tern.bench.input.GivenShape;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What padding is worth where lengths differ, against batching only what has the same length. */
final class Lengths implements Scenario {
    private static final List<GivenShape> SHAPES = Stream.of("input_ids:zipf(8,512)", "attention_mask:zipf(8,512)")
            .map(GivenShape::parse)
            .toList();

    @Override
    public String name() {
        return "lengths";
    }

    @Override
    public List<String> models() {
        return List.of("history-equal", "history-padded", "session-equal", "session-padded");
    }

    @Override
    public Trial warmUp(String model) {
        return Trial.closed(model, Throughput.CALLERS).shaped(SHAPES);
    }

    @Override
    public List<Figure> measure(Rounds rounds) {
        return Stream.of("history", "session")
                .map(network -> figure(rounds, network))
                .toList();
    }

    private Figure figure(Rounds rounds, String network) {
        Map<String, List<Reading>> readings = rounds.run(
                repetition -> Turns.of("equal", warmUp(network + "-equal"), "padded", warmUp(network + "-padded")));
        return Figure.ratio(
                network + ": requests per second of Zipf lengths 8 to 512, padded over equal lengths only",
                Series.of(network + " padded, requests/s", Turns.readings(readings, "padded"), Reading::perSecond),
                Series.of(network + " equal, requests/s", Turns.readings(readings, "equal"), Reading::perSecond),
                Goal.atLeast(2));
    }
}
