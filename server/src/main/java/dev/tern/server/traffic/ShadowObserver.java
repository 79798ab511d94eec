package dev.tern.server.traffic;

/** Is told what becomes of one candidate's copies. Any thread; must be quick. */
public interface ShadowObserver extends AutoCloseable {
    /** A copy came to this. */
    void ended(ShadowOutcome outcome);

    /** How an answer compares that came to {@link ShadowOutcome#COMPARED}; told after that. */
    void compared(ComparedAnswer answer);

    /** Another candidate has taken its place; what still comes is of no interest. */
    @Override
    void close();

    /** Makes observers. */
    @FunctionalInterface
    interface Opening {
        ShadowObserver open(String model, long candidate);
    }
}
