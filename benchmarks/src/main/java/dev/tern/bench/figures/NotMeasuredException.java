package dev.tern.bench.figures;

/** A scenario cannot go on, because something it builds on could not be measured; the message is for people. */
public final class NotMeasuredException extends RuntimeException {
    public NotMeasuredException(String message) {
        super(message);
    }
}
