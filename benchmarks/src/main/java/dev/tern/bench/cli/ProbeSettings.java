package dev.tern.bench.cli;

import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.run.RunSequence;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.run.Verification;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Settings of runs that are parts of something larger.
 *
 * @param target which server and model
 * @param input what requests hold
 * @param settle how long the load runs before it is measured
 * @param window how long it is measured
 * @param timeout the deadline of each request
 */
record ProbeSettings(TargetOptions target, InputOptions input, Duration settle, Duration window, Duration timeout) {
    private static final int WARM_UP_CONCURRENCY = 16;

    /** Loads the model with nothing measured, so that neither server nor generator is cold; false when stopped. */
    boolean warmUp(RunSequence runs, Duration time) {
        ProbeSettings settings = new ProbeSettings(target, input, Duration.ZERO, time, timeout);
        return time.isZero()
                || runs.run(settings.with(new ClosedLoad(WARM_UP_CONCURRENCY)), "warm-up")
                        .isPresent();
    }

    RunSettings with(LoadPlan load) {
        return new RunSettings(
                target.address(),
                input.models(target, timeout),
                input.seed,
                load,
                Allowed.atLeastOne("--connections", target.connections),
                target.threads(),
                settle,
                Optional.of(window),
                OptionalLong.empty(),
                Verification.NONE);
    }
}
