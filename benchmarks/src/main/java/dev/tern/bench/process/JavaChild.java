package dev.tern.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of this tool's in a JVM of its own, which answers lines with lines and ends with its standard input. Used by
 * one thread.
 */
public final class JavaChild implements AutoCloseable {
    private final Process process;
    private final PrintWriter questions;
    private final BufferedReader answers;
    private final String greeting;

    private JavaChild(Process process) throws IOException {
        this.process = process;
        this.questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.greeting = line();
    }

    /**
     * Starts a program and waits for its first line.
     *
     * @param cores as taskset takes them; empty to leave the choice to the system
     * @throws IOException when it cannot be started or ends without a line; it says why on standard error
     */
    public static JavaChild start(JvmLine line, String cores, Class<?> program, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(cores.isEmpty() ? List.of() : List.of("taskset", "-c", cores));
        command.addAll(line.command(program, arguments));
        return new JavaChild(
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
    }

    /** Its first line. */
    public String greeting() {
        return greeting;
    }

    /** The operating system's number of it. */
    public long pid() {
        return process.pid();
    }

    /**
     * Blocks for the answer.
     *
     * @throws IOException when it ends instead
     */
    public String ask(String question) throws IOException {
        questions.println(question);
        return line();
    }

    private String line() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            process.destroy();
            throw new IOException(
                    "a child process ended: " + process.info().commandLine().orElse("java"));
        }
        return line;
    }

    @Override
    public void close() {
        questions.close();
        process.destroy();
    }
}
