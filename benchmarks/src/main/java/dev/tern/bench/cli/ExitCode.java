package dev.tern.bench.cli;

/** What the process tells its caller. */
final class ExitCode {
    static final int OK = 0;
    /** Requests failed, answers differed, or nothing was measured. */
    static final int FAILED = 1;
    /** The command line asks for something that cannot be. */
    static final int USAGE = 2;
    /** The server cannot be reached, or the model is unknown or not ready. */
    static final int UNREACHABLE = 3;

    private ExitCode() {}
}
