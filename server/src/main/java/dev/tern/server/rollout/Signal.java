package dev.tern.server.rollout;

import java.util.Locale;

/** What a candidate is judged by. */
public enum Signal {
    /** Requests that fail. */
    ERRORS,
    /** How long requests take that the model answers. */
    LATENCY,
    /** How far answers are from the baseline's to the same requests. */
    ANSWERS;

    /** In lower case, for people. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
