package dev.tern.server.cache;

import dev.tern.server.predict.InferenceRequest;
import org.jspecify.annotations.Nullable;

/** What a request wants of the cache. */
public enum CacheControl {
    /** A kept answer will do. */
    USE,
    /** The model's own answer, which is not kept. */
    BYPASS,
    /** The model's own answer, kept in place of what is kept. */
    REFRESH;

    /** The request's parameter that says it. */
    public static final String PARAMETER = "tern_cache";

    /** What {@code request} wants; null if the parameter has a value that is not allowed. */
    public static @Nullable CacheControl of(InferenceRequest request) {
        Object value =
                request.parameters().isEmpty() ? null : request.parameters().get(PARAMETER);
        if (value == null) {
            return USE;
        }
        if (value.equals("bypass")) {
            return BYPASS;
        }
        return value.equals("refresh") ? REFRESH : null;
    }
}
