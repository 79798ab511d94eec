package dev.tern.bench;

import dev.tern.bench.cli.TernBench;

/** The entry point of {@code tern-bench}. */
public final class Main {
    private Main() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(TernBench.commandLine().execute(arguments));
    }
}
