package dev.tern.server.telemetry;

/** Records how far a model's rollouts come. Any thread may call; nothing blocks. */
public final class RolloutRecorder implements AutoCloseable {
    private final RolloutMeters meters;
    private final Runnable onClose;

    RolloutRecorder(RolloutMeters meters, Runnable onClose) {
        this.meters = meters;
        this.onClose = onClose;
    }

    /**
     * The last rollout has come so far.
     *
     * @param state of the type the recorder was opened with
     * @param candidatePercent of the requests that name no version
     */
    public void changed(Enum<?> state, double candidatePercent) {
        meters.changed(state, candidatePercent);
    }

    /** Removes the meters, unless the model has been opened again; called once. */
    @Override
    public void close() {
        onClose.run();
    }
}
