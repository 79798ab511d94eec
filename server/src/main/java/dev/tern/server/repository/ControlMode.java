package dev.tern.server.repository;

/** Who changes which models are loaded; named as Triton names them. */
public enum ControlMode {
    /** Nobody: all are loaded at start. */
    NONE,
    /** The repositories' directories, looked at again and again. */
    POLL,
    /** Calls to load and unload. */
    EXPLICIT
}
