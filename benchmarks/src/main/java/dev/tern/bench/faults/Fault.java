package dev.tern.bench.faults;

import java.util.Locale;

/** What may be wrong with a Redis. */
public enum Fault {
    /** Nothing, to compare with. */
    NONE,
    /** Its process is killed; another is started when the fault ends. */
    KILLED,
    /** Its process is stopped (SIGSTOP). */
    FROZEN,
    /** Replies come 2 s late. */
    SLOW,
    /** It takes no more writes (maxmemory, noeviction), and has lost what it had. */
    FULL,
    /** Replies have as many bytes, but others. */
    RUBBISH,
    /** Connections end in the middle of a reply. */
    CUT,
    /** It asks for another password, and connections have ended. */
    PASSWORD,
    /** Values end before their end. */
    TRUNCATED,
    /** Values have one bit changed. */
    FLIPPED,
    /** Values say that they are of another format. */
    OLD_FORMAT;

    /** For people and for names in a table. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
