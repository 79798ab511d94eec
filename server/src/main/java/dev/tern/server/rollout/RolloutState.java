package dev.tern.server.rollout;

import java.util.Locale;

/** How far a rollout has come, or how it ended. */
public enum RolloutState {
    /** The candidate gets copies of requests only; no caller sees its answers. */
    SHADOWING,
    /** The candidate answers a share of the requests. */
    STEPPING,
    /** The candidate held at every step and answers all requests. */
    COMPLETED,
    /** The candidate was found worse and answers nothing. */
    STOPPED,
    /** A step took too long to decide, or cannot be decided; the candidate answers nothing. */
    UNDECIDED,
    /** An operator, or a version that went, ended it; the candidate answers nothing. */
    ABORTED;

    /** Whether there is more to come. */
    public boolean isRunning() {
        return this == SHADOWING || this == STEPPING;
    }

    /** In lower case, for people. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
