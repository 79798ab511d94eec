package dev.tern.server.repository;

/** Makes a version ready to serve; implemented where the pipeline is composed. */
public interface VersionFactory {
    /**
     * Loads the model and builds what answers its requests. Blocks as long as that takes; called on a loader thread,
     * for several versions at once.
     *
     * @throws VersionLoadException if the version cannot be served; nothing of it is left open then
     */
    Version create(VersionSource source) throws VersionLoadException;
}
