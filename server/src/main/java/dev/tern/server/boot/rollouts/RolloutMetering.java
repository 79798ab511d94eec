package dev.tern.server.boot.rollouts;

import dev.tern.server.rollout.RolloutObserver;
import dev.tern.server.rollout.RolloutState;
import dev.tern.server.rollout.RolloutStatus;
import dev.tern.server.telemetry.RolloutRecorder;
import dev.tern.server.telemetry.Telemetry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Shows rollouts as meters: of a model from its first rollout on, until the model is known no more. Any thread. */
public final class RolloutMetering implements RolloutObserver {
    private final Telemetry telemetry;
    private final Map<String, RolloutRecorder> recorders = new ConcurrentHashMap<>();

    /** @param telemetry where all of it is shown */
    public RolloutMetering(Telemetry telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public void changed(RolloutStatus status) {
        recorders
                .computeIfAbsent(status.model(), model -> telemetry.rolloutRecorder(model, RolloutState.class))
                .changed(status.state(), status.percent());
    }

    /** Removes the meters of a model. */
    void forget(String model) {
        RolloutRecorder recorder = recorders.remove(model);
        if (recorder != null) {
            recorder.close();
        }
    }
}
