package dev.tern.bench.load;

import dev.tern.bench.FakeClock;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.input.RequestPool;
import dev.tern.bench.measure.Measurement;
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
        this.clock = clock;
        this.window = window;
        tally = new Tally(window, Long.MAX_VALUE);
        ModelInfo model = new ModelInfo("m", "", List.of(), List.of(), List.of(), OptionalInt.empty());
        RequestPool pool = RequestPool.random(RequestHead.of("m", ""), model, 1, List.of(), List.of(), 2, 1);
        traffic = new Traffic(connections, pool, AnswerCheck.none(), window, tally, clock);
    }

    Measurement take(Histogram sendDelays) {
        return tally.take(traffic.maxInFlight(), sendDelays);
    }
}
