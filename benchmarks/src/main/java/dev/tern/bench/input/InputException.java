package dev.tern.bench.input;

/** No fitting input can be made from what was asked for; the message names the option, the value and what is allowed. */
public final class InputException extends RuntimeException {
    public InputException(String message) {
        super(message);
    }
}
