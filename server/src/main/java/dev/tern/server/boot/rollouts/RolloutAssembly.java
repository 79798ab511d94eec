package dev.tern.server.boot.rollouts;

import dev.tern.server.predict.Clock;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.rollout.Rollouts;
import dev.tern.server.telemetry.Telemetry;
import dev.tern.server.traffic.Traffic;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/** Rollouts, put together. */
public final class RolloutAssembly {
    private RolloutAssembly() {}

    /** Rollouts of the repository's models, which are told of what changes in it and of what copies came to. */
    public static Rollouts of(
            ModelRepository repository, Traffic traffic, Telemetry telemetry, Clock clock, Executor control) {
        RolloutMetering metering = new RolloutMetering(telemetry);
        Rollouts rollouts = new Rollouts(
                new RepositoryVersions(repository),
                new SplitTraffic(traffic),
                metering,
                clock,
                control,
                new SplittableRandom());
        repository.addListener(new RolloutRelay(rollouts, metering));
        traffic.addListener((model, primary, candidate, answer) -> rollouts.compared(
                model, primary, candidate, answer.meanAbsolute(), answer.rankCorrelation(), answer.failed()));
        return rollouts;
    }
}
