package dev.tern.server.http;

/** A port could not be opened. The message is for the operator: the setting, its value and what is allowed. */
public final class BindFailure extends Exception {
    BindFailure(String setting, int port, String problem, String expected, Throwable cause) {
        super(setting + ": " + port + ' ' + problem + " (expected: " + expected + ")", cause);
    }
}
