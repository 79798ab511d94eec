package dev.tern.server.boot;

import dev.tern.server.boot.commands.TernCommand;

/** Where the process begins. */
public final class Main {
    private Main() {}

    /** Runs the {@code tern} command and ends the process with its exit status. */
    public static void main(String[] args) {
        System.exit(TernCommand.commandLine().execute(args));
    }
}
