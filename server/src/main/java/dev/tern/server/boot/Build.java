package dev.tern.server.boot;

import java.util.Objects;

/** What this build is. */
final class Build {
    private Build() {}

    /** The version in the jar's manifest; "development" outside a jar. */
    static String version() {
        return Objects.requireNonNullElse(Build.class.getPackage().getImplementationVersion(), "development");
    }
}
