package dev.tern.server.boot.versions;

import dev.tern.server.engine.PaddingObserver;

/** Passes on what padding costs once there is somebody to tell; before, runs are trials and warm-up. */
final class PaddingCount implements PaddingObserver {
    private volatile PaddingObserver observer = PaddingObserver.NONE;

    void goesTo(PaddingObserver next) {
        observer = next;
    }

    @Override
    public void joined(long real, long padding) {
        observer.joined(real, padding);
    }
}
