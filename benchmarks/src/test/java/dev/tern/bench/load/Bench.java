package dev.tern.bench.load;

import dev.tern.bench.FakeClock;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.input.RequestPool;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Part;
import dev.tern.bench.measure.Steps;
import dev.tern.bench.measure.Tally;
import dev.tern.bench.measure.Window;
import dev.tern.bench.target.Endpoint;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.verify.AnswerCheck;
import java.util.List;
import java.util.OptionalInt;
import org.HdrHistogram.Histogram;

/** Traffic over fake connections with a window and a tally of its own. */
final class Bench {
    final FakeClock clock;
    final Window window;
    final Tally tally;
    final Traffic traffic;

    Bench(FakeClock clock, Window window, List<Endpoint> connections) {
        this(clock, window, connections, Steps.NONE);
    }

    Bench(FakeClock clock, Window window, List<Endpoint> connections, Steps steps) {
        this.clock = clock;
        this.window = window;
        tally = new Tally(window, Long.MAX_VALUE);
        Source source = source(connections, Part.alone(window, Long.MAX_VALUE), 0);
        traffic = new Traffic(Mix.of(source), window, tally, steps, clock);
    }

    /** Two distinct requests, in turn. */
    static Source source(List<Endpoint> connections, Part part, int stream) {
        ModelInfo model = new ModelInfo("m", "", List.of(), List.of(), List.of(), OptionalInt.empty());
        RequestPool pool = RequestPool.random(RequestHead.of("m", ""), model, 1, List.of(), List.of(), 2, 1);
        return new Source(connections, pool, AnswerCheck.none(), part, KeyChoice.IN_TURN, 1, stream);
    }

    Measurement take(Histogram sendDelays) {
        return tally.take(traffic.maxInFlight(), sendDelays);
    }
}
