package dev.tern.server.repository;

/** Told of changes of readiness, on the control thread; must not block. */
public interface RepositoryListener {
    /**
     * A model became known, or which of its versions are ready changed.
     *
     * @param ready whether any is
     */
    void modelChanged(String model, boolean ready);

    /** A model is known no more. */
    default void modelGone(String model) {}

    /** Whether the server as a whole is ready changed. */
    default void serverChanged(boolean ready) {}
}
