package dev.tern.server.rpc.wire;

/** Bytes that are no message of the expected type; without a stack: any caller can send them. */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    WireException(String message) {
        super(message, null, false, false);
    }

    static WireException truncated() {
        return new WireException("the message ends within a field");
    }

    static WireException notUtf8() {
        return new WireException("a text is not UTF-8");
    }
}
