package dev.tern.bench.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The tool's version, from the jar it was started from. */
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "tern-bench " + version(), "Java " + Runtime.version() + " on " + System.getProperty("os.arch")
        };
    }

    static String version() {
        return Objects.requireNonNullElse(VersionText.class.getPackage().getImplementationVersion(), "development");
    }
}
