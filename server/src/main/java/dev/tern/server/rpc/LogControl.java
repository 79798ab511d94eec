package dev.tern.server.rpc;

/** Says what the process's log shows, and changes it. Any thread. */
public interface LogControl {
    LogSettings settings();

    /** From now on the log is as {@code settings} say. */
    void change(LogSettings settings);

    /** Whether times may be written in either way; where not, only in the one that {@link #settings} says. */
    boolean hasTimestampsToChoose();
}
