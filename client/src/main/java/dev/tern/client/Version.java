package dev.tern.client;

import org.jspecify.annotations.Nullable;

/** Which client this is. */
final class Version {
    private Version() {}

    /** Such as {@code tern-client-java/1.2.3}; without the version when not run from the jar. */
    static String userAgent() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "tern-client-java" : "tern-client-java/" + version;
    }
}
