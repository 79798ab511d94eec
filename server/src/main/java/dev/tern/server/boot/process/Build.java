package dev.tern.server.boot.process;

import java.util.Objects;

/** What this build is. */
public final class Build {
    private Build() {}

    /** The version in the jar's manifest; "development" outside a jar. */
    public static String version() {
        return Objects.requireNonNullElse(Build.class.getPackage().getImplementationVersion(), "development");
    }
}
