package dev.tern.server.rpc;

/** How hard answers are compressed. The names are Triton's. */
public enum CompressionLevel {
    /** They go out as they are. */
    NONE(0),
    LOW(1),
    MEDIUM(6),
    HIGH(9);

    private final int ofZlib;

    CompressionLevel(int ofZlib) {
        this.ofZlib = ofZlib;
    }

    /** The level of zlib. */
    int ofZlib() {
        return ofZlib;
    }
}
