package dev.tern.bench;

import dev.tern.bench.cli.TernBench;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The entry point of {@code tern-bench}. */
public final class Main {
    /** What they warn of is in the report already. The list keeps them from being collected, level and all. */
    private static final List<Logger> LIBRARIES = List.of(Logger.getLogger("io.grpc"), Logger.getLogger("io.netty"));

    private Main() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        LIBRARIES.forEach(each -> each.setLevel(Level.SEVERE));
        System.exit(TernBench.commandLine().execute(arguments));
    }
}
