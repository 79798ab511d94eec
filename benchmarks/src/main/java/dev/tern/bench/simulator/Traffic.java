package dev.tern.bench.simulator;

import dev.tern.bench.load.Arrivals;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The requests of one simulation, in order of arrival: a function of scenario and rate, whatever the policy. */
final class Traffic {
    private final Scenario scenario;
    private final Arrivals times;
    private final SplittableRandom random;
    private int made;

    Traffic(Scenario scenario, double rate) {
        this.scenario = scenario;
        this.times = scenario.arrivals().at(rate, scenario.seed());
        this.random = new SplittableRandom(scenario.seed() ^ 0x5DEECE66DL);
    }

    /** The next request, null after the last. */
    @Nullable
    Request next() {
        if (made == scenario.requests()) {
            return null;
        }
        long now = Simulation.START_NANOS + times.next();
        int rows = scenario.rows().draw(random);
        int length = scenario.lengths().draw(random);
        int level = scenario.lowerShare() > 0 && random.nextDouble() < scenario.lowerShare() ? 2 : 1;
        long deadline = scenario.deadline().deadline(now, random);
        return new Request(made++, rows, length, scenario.padding().group(length), level, now, deadline);
    }
}
