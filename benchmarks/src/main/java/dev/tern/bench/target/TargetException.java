package dev.tern.bench.target;

/** The server cannot be reached, or its model cannot be asked; the message is for the person who ran the command. */
public final class TargetException extends RuntimeException {
    public TargetException(String message) {
        super(message);
    }
}
