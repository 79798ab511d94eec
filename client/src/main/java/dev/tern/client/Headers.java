package dev.tern.client;

import io.grpc.Metadata;

/** Request headers, all of them text. */
final class Headers {
    private Headers() {}

    static void put(Metadata headers, String name, String value) {
        requireValid(name, value);
        headers.put(key(name), value);
    }

    /** Throws when gRPC allows no such header; what it would quietly turn into question marks is refused, too. */
    static void requireValid(String name, String value) {
        Metadata.Key<String> unused = key(name);
        if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException(
                    "header '" + name + "' has a character outside printable ASCII (expected: only such)");
        }
    }

    static Metadata copy(Metadata headers) {
        Metadata copy = new Metadata();
        copy.merge(headers);
        return copy;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
