package dev.tern.server.drift;

import dev.tern.server.predict.DriftState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a monitor tells. */
final class Found implements DriftObserver {
    final List<String> changes = new ArrayList<>();
    int rows;
    int dropped;
    int windows;
    int restarts;
    final List<Throwable> failures = new ArrayList<>();

    /** What comparisons of the first feature, and dropping, are answered with. */
    @Nullable
    Error broken;

    @Override
    public void rows(int count) {
        rows += count;
    }

    @Override
    public void dropped() {
        dropped++;
        if (broken != null) {
            throw broken;
        }
    }

    @Override
    public void failed(Throwable cause) {
        failures.add(cause);
    }

    @Override
    public void compared(int feature, DriftState.Feature state, Change change) {
        if (feature == 0 && broken != null) {
            throw broken;
        }
        windows++;
        if (change != Change.NONE) {
            changes.add(state.name() + " " + change);
        }
    }

    @Override
    public void takenAnew() {
        restarts++;
    }
}
