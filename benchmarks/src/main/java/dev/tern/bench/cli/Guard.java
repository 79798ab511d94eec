package dev.tern.bench.cli;

import dev.tern.bench.input.InputException;
import dev.tern.bench.target.TargetException;
import dev.tern.bench.verify.AnswerFileException;
import dev.tern.bench.verify.ReferenceException;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Does a load's work: Ctrl-C stops it, and what goes wrong is told and becomes an exit code. */
final class Guard {
    private final CommandSpec spec;

    Guard(CommandSpec spec) {
        this.spec = spec;
    }

    int run(Runnable stop, Interrupt.Work work) throws IOException {
        try {
            return Interrupt.stops(stop, work);
        } catch (TargetException e) {
            return fail(e, ExitCode.UNREACHABLE);
        } catch (InputException | AnswerFileException e) {
            return fail(e, ExitCode.USAGE);
        } catch (ReferenceException e) {
            return fail(e, ExitCode.FAILED);
        }
    }

    private int fail(RuntimeException failure, int exitCode) {
        PrintWriter errors = spec.commandLine().getErr();
        errors.println("tern-bench: " + failure.getMessage());
        errors.flush();
        return exitCode;
    }
}
