package dev.tern.server.drift;

import dev.tern.server.predict.DriftState;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a monitor tells. */
final class Found implements DriftObserver {
    final List<String> changes = new ArrayList<>();
    int rows;
    int dropped;
    int windows;
    int restarts;

    @Override
    public void rows(int count) {
        rows += count;
    }

    @Override
    public void dropped() {
        dropped++;
    }

    @Override
    public void compared(int feature, DriftState.Feature state, Change change) {
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
