package dev.tern.server.rollout;

/** Told when a rollout begins and whenever its state or its share changes. Quick: it is called with a lock held. */
public interface RolloutObserver {
    void changed(RolloutStatus status);
}
