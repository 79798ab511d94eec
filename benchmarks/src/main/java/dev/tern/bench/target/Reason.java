package dev.tern.bench.target;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** What a status says to a person: its description and, for a failure on our side, the innermost cause. */
final class Reason {
    private Reason() {}

    static String of(Status status) {
        String description = status.getDescription() == null ? "" : status.getDescription();
        String cause = innermost(status.getCause());
        if (cause.isEmpty() || description.contains(cause)) {
            return description;
        }
        return description.isEmpty() ? cause : description + " (" + cause + ")";
    }

    private static String innermost(@Nullable Throwable failure) {
        String message = "";
        for (Throwable each = failure; each != null; each = each.getCause()) {
            message = each.getMessage() == null ? message : each.getMessage();
        }
        return message;
    }
}
