package dev.tern.server.rpc;

import io.grpc.Metadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which of a call's metadata become parameters of its requests, as Triton's header forwarding has it. Any thread. */
final class ForwardedHeaders {
    /** Parameters that only a request itself may set. */
    private static final Set<String> RESERVED = Set.of(
            "sequence_id", "sequence_start", "sequence_end", "priority", "timeout", "headers", "binary_data_output");

    /** What gRPC itself sends with each call. */
    private static final Set<String> OF_GRPC = Set.of("content-type", "te");

    private static final String PREFIX_OF_GRPC = "grpc-";

    /** What gRPC calls metadata; HTTP/2 takes names with other characters, too. */
    private static final Pattern NAME = Pattern.compile("[0-9a-z_.-]+");

    private final @Nullable Pattern pattern;

    /**
     * @param pattern a regular expression, found anywhere in the key of what is forwarded, be it in upper or in lower case;
     *     empty forwards nothing
     */
    ForwardedHeaders(Optional<String> pattern) {
        this.pattern =
                pattern.map(it -> Pattern.compile(it, Pattern.CASE_INSENSITIVE)).orElse(null);
    }

    /** Whether a call's metadata are looked at. */
    boolean readsMetadata() {
        return pattern != null;
    }

    /**
     * {@code parameters} with the metadata that are forwarded, as texts: the last value of each key, in place of a parameter
     * of that name.
     */
    Map<String, Object> with(Map<String, Object> parameters, @Nullable Metadata headers) throws Malformed {
        if (pattern == null || headers == null) {
            return parameters;
        }
        Map<String, Object> all = new HashMap<>(parameters);
        for (String key : headers.keys()) {
            if (isText(key) && pattern.matcher(key).find()) {
                requireFree(key);
                all.put(key, headers.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER)));
            }
        }
        return all;
    }

    private static boolean isText(String key) {
        return NAME.matcher(key).matches()
                && !key.endsWith(Metadata.BINARY_HEADER_SUFFIX)
                && !key.startsWith(PREFIX_OF_GRPC)
                && !OF_GRPC.contains(key);
    }

    private static void requireFree(String key) throws Malformed {
        if (RESERVED.contains(key) || key.startsWith(RequestParameters.RESERVED_PREFIX)) {
            throw Malformed.invalid("Header '" + key + "' is reserved for Triton usage and cannot be forwarded.");
        }
    }
}
