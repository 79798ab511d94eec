package dev.tern.server.rollout;

/** What a sequential test has found. */
public enum Verdict {
    /** There is too little to tell yet. */
    UNDECIDED,
    /** Not worse by the margin. */
    HOLDS,
    /** Worse. */
    WORSE
}
