package dev.tern.server.tracing;

/** What a trace has of its request. */
public enum TraceLevel {
    /** When each part of its way began. */
    TIMESTAMPS,
    /** Its inputs and outputs. */
    TENSORS
}
