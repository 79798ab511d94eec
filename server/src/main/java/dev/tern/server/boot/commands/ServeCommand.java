package dev.tern.server.boot.commands;

import dev.tern.server.boot.assembly.Ending;
import dev.tern.server.boot.assembly.TernServer;
import dev.tern.server.boot.options.OptionsException;
import dev.tern.server.boot.options.ServeOptions;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.boot.options.Surroundings;
import dev.tern.server.boot.process.ClassArchive;
import dev.tern.server.boot.process.Logging;
import dev.tern.server.boot.process.ProcessEnd;
import dev.tern.server.boot.process.Signals;
import dev.tern.server.engine.EngineException;
import dev.tern.server.http.BindFailure;
import dev.tern.server.repository.ModelIndex;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tern serve}: starts the server and stays until the process is told to end. */
@Command(name = "serve", description = "Serve the models of a model repository.")
final class ServeCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        ServerOptions options;
        try {
            options = ServeOptions.resolve(spec.commandLine().getParseResult(), Surroundings.ofThisProcess());
        } catch (OptionsException e) {
            err.println("tern serve: " + e.getMessage());
            return USAGE;
        }
        Logging.configure(options.logging());
        CompletableFuture<Integer> asked = new CompletableFuture<>();
        ProcessEnd end = new ProcessEnd(options.lifecycle().exitTimeout());
        Signals signals = Signals.on(() -> endOrForce(asked, end));
        try {
            return serve(TernServer.start(options), options, asked, end);
        } catch (IOException | EngineException | BindFailure e) {
            err.println("tern serve: " + e.getMessage());
            return FAILED;
        } finally {
            signals.close();
            end.close();
        }
    }

    /** The first signal ends the server in order, a second one at once. */
    private static void endOrForce(CompletableFuture<Integer> asked, ProcessEnd end) {
        long unused = end.begin();
        if (!asked.complete(0)) {
            ProcessEnd.force("a second signal");
        }
    }

    private int serve(TernServer server, ServerOptions options, CompletableFuture<Integer> asked, ProcessEnd end) {
        int status = untilAsked(server, options, asked);
        Ending ending = server.shutDown(end.begin());
        if (!ending.leftOpen().isEmpty()) {
            // What still runs in native code must keep its memory: nothing more may be closed.
            ProcessEnd.force("not everything could be finished in time");
        }
        server.close();
        LoggerFactory.getLogger(ServeCommand.class).info("Stopped");
        return ending.isOrderly() ? status : FAILED;
    }

    /** Serves until told to end, or until the models turn out not to be what the settings ask for. */
    private int untilAsked(TernServer server, ServerOptions options, CompletableFuture<Integer> asked) {
        LoggerFactory.getLogger(ServeCommand.class)
                .info("Live: {}; loading models", server.ports().describe());
        CompletableFuture<Integer> tried =
                server.loaded().thenApply(models -> asked.isDone() ? 0 : report(models, server, options));
        try {
            Object first = CompletableFuture.anyOf(asked, tried).get();
            return first.equals(FAILED) ? FAILED : asked.get();
        } catch (ExecutionException e) {
            spec.commandLine().getErr().println("tern serve: " + Causes.message(e));
            return FAILED;
        } catch (InterruptedException e) {
            // Whoever runs this command as a part of something else wants its end.
            return FAILED;
        }
    }

    /** Prints what was loaded; the exit status so far. */
    private int report(List<ModelIndex> models, TernServer server, ServerOptions options) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(new StartupTable(models, server.ports(), options, sinceProcessStart()));
        out.flush();
        ClassArchive.unused()
                .ifPresent(archive -> LoggerFactory.getLogger(ServeCommand.class)
                        .warn(
                                "The class archive {} does not fit and is not used, so that the start takes longer;"
                                        + " make it anew with: tern archive",
                                archive));
        if (options.lifecycle().exitOnError() && !models.stream().allMatch(ModelIndex::allReady)) {
            spec.commandLine()
                    .getErr()
                    .println("tern serve: a model failed to load, so the server ends;"
                            + " --exit-on-error=false serves the others");
            return FAILED;
        }
        return 0;
    }

    private static long sinceProcessStart() {
        return System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
    }
}
