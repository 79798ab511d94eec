package dev.tern.server.boot;

import dev.tern.server.boot.options.OptionsException;
import dev.tern.server.boot.options.ServeOptions;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.boot.options.Surroundings;
import dev.tern.server.engine.EngineException;
import dev.tern.server.http.BindFailure;
import dev.tern.server.repository.ModelIndex;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tern serve}: starts the server and stays until the process is told to end. */
@Command(name = "serve", description = "Serve the models of a model repository.")
final class ServeCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    /** What closing may take beyond the exit timeout before the process is halted. */
    private static final long LAST_RESORT_MILLIS = 1000;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        ServerOptions options;
        try {
            options = ServeOptions.resolve(spec.commandLine().getParseResult(), Surroundings.ofThisProcess());
        } catch (OptionsException e) {
            err.println("tern serve: " + e.getMessage());
            return USAGE;
        }
        Logging.configure(options.logging());
        try {
            return serve(TernServer.start(options), options);
        } catch (IOException | EngineException | BindFailure e) {
            err.println("tern serve: " + e.getMessage());
            return FAILED;
        }
    }

    private int serve(TernServer server, ServerOptions options) throws InterruptedException {
        Logger log = LoggerFactory.getLogger(ServeCommand.class);
        CompletableFuture<Integer> asked = new CompletableFuture<>();
        Signals signals = Signals.on(() -> endOrHalt(asked));
        try {
            log.info("Live: {}; loading models", server.ports().describe());
            CompletableFuture<Integer> tried = server.loaded().thenApply(models -> report(models, server, options));
            CompletableFuture<Object> first = CompletableFuture.anyOf(asked, tried);
            return first.get().equals(FAILED) ? FAILED : asked.get();
        } catch (ExecutionException e) {
            spec.commandLine().getErr().println("tern serve: " + Causes.message(e));
            return FAILED;
        } finally {
            stop(server, options);
            log.info("Stopped");
            signals.close();
        }
    }

    /** The first signal ends the server in order, a second one at once. */
    private static void endOrHalt(CompletableFuture<Integer> asked) {
        if (!asked.complete(0)) {
            Runtime.getRuntime().halt(FAILED);
        }
    }

    /** Stops the server, or the process if even that takes too long. */
    private static void stop(TernServer server, ServerOptions options) {
        CountDownLatch stopped = new CountDownLatch(1);
        long limitMillis = options.lifecycle().exitTimeout().toMillis() + LAST_RESORT_MILLIS;
        Threads.named("tern-exit")
                .newThread(() -> haltUnless(stopped, limitMillis))
                .start();
        server.stop();
        stopped.countDown();
    }

    private static void haltUnless(CountDownLatch stopped, long limitMillis) {
        try {
            if (!stopped.await(limitMillis, TimeUnit.MILLISECONDS)) {
                LoggerFactory.getLogger(ServeCommand.class).error("The exit timeout has passed; ending the process");
                Runtime.getRuntime().halt(FAILED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Prints what was loaded; the exit status so far. */
    private int report(List<ModelIndex> models, TernServer server, ServerOptions options) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(new StartupTable(models, server.ports(), options, sinceProcessStart()));
        out.flush();
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
