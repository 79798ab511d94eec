package dev.tern.bench.cli;

import dev.tern.bench.process.Launch;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands have that start servers. */
final class ServerOptions {
    /** For {@link #cores}: no pinning. */
    static final String ANY = "any";

    @Option(names = "--server", paramLabel = "FILE", description = "The server's launcher, bin/tern. Required.")
    @Nullable
    Path server;

    @Option(
            names = "--server-cores",
            paramLabel = "LIST",
            description = "The cores that servers, and what is measured beside them, are pinned to, as taskset takes"
                    + " them; 'any' for no pinning. Default: ${DEFAULT-VALUE}.")
    String cores;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every figure there too, after each part anew.")
    @Nullable
    Path json;

    /** @param cores where none are given */
    ServerOptions(String cores) {
        this.cores = cores;
    }

    /** @throws IllegalArgumentException when there is no such launcher, or the report could not be written */
    Launch launch() {
        if (server == null) {
            throw new IllegalArgumentException("--server is missing (expected: --server FILE)");
        }
        Allowed.require(
                Files.isExecutable(server) && Files.isRegularFile(server), "--server", server, "an executable file");
        ReportOptions.writable("--json", json);
        return new Launch(server.toAbsolutePath(), cores.equals(ANY) ? "" : cores);
    }
}
