package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Shadow;
import dev.tern.server.rollout.RolloutException;
import dev.tern.server.rollout.Rollouts;
import dev.tern.server.rollout.TrafficControl;
import dev.tern.server.testing.StillClock;
import java.util.SplittableRandom;

/** Rollouts for servers of tests that begin none. */
final class NoRollouts {
    private NoRollouts() {}

    static Rollouts make() {
        return new Rollouts(
                (model, candidate, baseline) -> {
                    throw new RolloutException(Failure.of(Kind.NOT_FOUND, "no versions"));
                },
                new NoTraffic(),
                status -> {},
                new StillClock(),
                Runnable::run,
                new SplittableRandom(0));
    }

    private static final class NoTraffic implements TrafficControl {
        @Override
        public TrafficSettings inForce(String model) {
            return TrafficSettings.NONE;
        }

        @Override
        public void set(String model, long baseline, long candidate, double candidatePercent, Shadow shadow) {
            throw new AssertionError("nobody begins a rollout");
        }
    }
}
