package dev.tern.server.cache;

import dev.tern.server.predict.InferenceRequest;
import org.jspecify.annotations.Nullable;

/** What a request says of when it is to be run. */
record Scheduling(@Nullable Object priority, @Nullable Object timeout) {
    private static final Scheduling UNSAID = new Scheduling(null, null);

    static Scheduling of(InferenceRequest request) {
        return request.parameters().isEmpty()
                ? UNSAID
                : new Scheduling(
                        request.parameters().get("priority"),
                        request.parameters().get("timeout"));
    }
}
