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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
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
        CountDownLatch stopped = new CountDownLatch(1);
        Runnable stop = () -> {
            server.stop();
            log.info("Stopped");
            stopped.countDown();
        };
        Thread hook = new Thread(stop, "tern-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        log.info("Live: {}; loading models", server.ports().describe());
        int status = FAILED;
        try {
            status = load(server, options);
            if (status == 0) {
                stopped.await();
            }
        } finally {
            if (stopped.getCount() > 0) {
                stop(hook, stop, stopped);
            }
        }
        return status;
    }

    /** Ends a server that no signal has ended. */
    private static void stop(Thread hook, Runnable stop, CountDownLatch stopped) throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            stop.run();
        } catch (IllegalStateException e) {
            // A signal came meanwhile: the hook is at work.
            stopped.await();
        }
    }

    private int load(TernServer server, ServerOptions options) throws InterruptedException {
        List<ModelIndex> models;
        try {
            models = server.loaded().get();
        } catch (ExecutionException e) {
            spec.commandLine().getErr().println("tern serve: " + Causes.message(e));
            return FAILED;
        }
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
