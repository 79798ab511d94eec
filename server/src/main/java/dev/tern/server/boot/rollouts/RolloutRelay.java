package dev.tern.server.boot.rollouts;

import dev.tern.server.repository.RepositoryListener;
import dev.tern.server.rollout.Rollouts;

/** Tells the rollouts and their meters of models that change or go. On the control thread. */
public final class RolloutRelay implements RepositoryListener {
    private final Rollouts rollouts;
    private final RolloutMetering metering;

    /** @param metering what the rollouts are shown by */
    public RolloutRelay(Rollouts rollouts, RolloutMetering metering) {
        this.rollouts = rollouts;
        this.metering = metering;
    }

    @Override
    public void modelChanged(String model, boolean ready) {
        rollouts.look(model);
    }

    @Override
    public void modelGone(String model) {
        rollouts.forget(model);
        metering.forget(model);
    }
}
