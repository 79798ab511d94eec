package dev.tern.server.repository;

/** Where a version is in its life; named as Triton's repository index names them. */
public enum VersionState {
    /** Being loaded, or loaded and waiting for the model's other versions. */
    LOADING,
    /** Answers requests. */
    READY,
    /** Takes no new requests; those it has are being answered. */
    UNLOADING,
    /** Could not be loaded, or has been unloaded; the reason says which. */
    UNAVAILABLE
}
