package dev.tern.server.repository;

/** Told of changes of readiness, on the control thread; must not block. */
public interface RepositoryListener {
    /** A model became known, or whether any of its versions is ready changed. */
    void modelChanged(String model, boolean ready);

    /** Whether the server as a whole is ready changed. */
    default void serverChanged(boolean ready) {}
}
