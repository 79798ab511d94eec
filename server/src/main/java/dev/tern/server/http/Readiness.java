package dev.tern.server.http;

import java.util.List;

/**
 * Whether the server wants traffic.
 *
 * @param notes one line for each model that is not ready: its name and why; may be given although {@code ready}
 */
public record Readiness(boolean ready, List<String> notes) {
    public Readiness {
        notes = List.copyOf(notes);
    }
}
