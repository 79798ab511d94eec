package dev.tern.server.traffic;

/** Is told of every copy that the candidate answered or failed by its own fault; on {@code tern-shadow}, so be quick. */
@FunctionalInterface
public interface ShadowListener {
    /**
     * A candidate has answered, or failed on, a copy of what another version has answered.
     *
     * @param primary the number of the version that answered the caller
     * @param candidate that of the other one
     */
    void compared(String model, long primary, long candidate, ComparedAnswer answer);
}
