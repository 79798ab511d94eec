package dev.tern.server.boot.options;

/**
 * A setting stops the start. The message is for the operator: where it was given, the value and what is allowed; it
 * needs no stack trace beside it.
 */
public final class OptionsException extends RuntimeException {
    OptionsException(String message) {
        super(message);
    }

    static OptionsException of(String origin, String value, String expected) {
        return new OptionsException(origin + ": " + value + " (expected: " + expected + ")");
    }
}
