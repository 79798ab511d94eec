package dev.tern.server.boot.commands;

import java.util.Objects;
import java.util.concurrent.ExecutionException;

/** Gets at what really happened. */
final class Causes {
    private Causes() {}

    /** The message of what made a future fail. */
    static String message(ExecutionException e) {
        Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
        return Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    }
}
