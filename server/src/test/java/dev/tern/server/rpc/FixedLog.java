package dev.tern.server.rpc;

import dev.tern.server.rpc.LogSettings.Timestamps;

/** A log that is as it is. */
final class FixedLog implements LogControl {
    @Override
    public LogSettings settings() {
        return new LogSettings(true, true, true, 0, Timestamps.ISO8601);
    }

    @Override
    public void change(LogSettings settings) {
        throw new UnsupportedOperationException("the log cannot be changed");
    }

    @Override
    public boolean hasTimestampsToChoose() {
        return false;
    }
}
