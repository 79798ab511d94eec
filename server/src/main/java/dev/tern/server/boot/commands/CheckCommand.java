package dev.tern.server.boot.commands;

import dev.tern.server.batching.Resources;
import dev.tern.server.batching.Runners;
import dev.tern.server.boot.assembly.Models;
import dev.tern.server.boot.caches.ResponseCaches;
import dev.tern.server.boot.meters.Meters;
import dev.tern.server.boot.options.OptionsException;
import dev.tern.server.boot.options.ServeOptions;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.boot.options.Surroundings;
import dev.tern.server.boot.process.Build;
import dev.tern.server.boot.process.Closeables;
import dev.tern.server.boot.process.Logging;
import dev.tern.server.boot.process.SystemClock;
import dev.tern.server.boot.process.Threads;
import dev.tern.server.engine.EngineException;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.telemetry.Telemetry;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tern check}: loads every model as the server would, says what it found, and serves nothing. */
@Command(name = "check", description = "Check every model of a model repository without serving it.")
final class CheckCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(10);

    @Option(
            names = "--rows",
            description =
                    "Also try whether rows have the same answers alone and in a batch. Fails if a model that is marked"
                            + " tern.cache.rows is not found so.")
    private boolean rows;

    @Option(
            names = "--rows-tolerance",
            paramLabel = "NUMBER",
            description = "How far two numbers may be apart, as a share of the larger one or of 1. [${DEFAULT-VALUE}]")
    private double rowsTolerance = 1e-4;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        if (!(rowsTolerance >= 0)) {
            err.println("tern check: --rows-tolerance: " + rowsTolerance + " (expected: >= 0)");
            return USAGE;
        }
        try {
            ServerOptions options =
                    ServeOptions.resolve(spec.commandLine().getParseResult(), Surroundings.ofThisProcess());
            Logging.configure(options.logging());
            return check(options.allAtStart());
        } catch (OptionsException e) {
            err.println("tern check: " + e.getMessage());
            return USAGE;
        } catch (IOException | EngineException e) {
            err.println("tern check: " + e.getMessage());
            return FAILED;
        }
    }

    private int check(ServerOptions options) throws IOException, EngineException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (Closeables closeables = new Closeables()) {
            SystemClock clock = closeables.add(new SystemClock());
            Runners runners = closeables.add(new Runners(
                    1,
                    Threads.named("tern-runner"),
                    clock,
                    new Resources(options.execution().resourceLimits())));
            Telemetry telemetry = closeables.add(new Telemetry(Meters.OUTCOMES, Build.version(), () -> 0, () -> 0));
            Models models = new Models(
                    options,
                    closeables,
                    runners,
                    clock,
                    new Meters(telemetry),
                    ResponseCaches.of(options.responseCache(), clock));
            closeables.add(() -> models.repository()
                    .shutdown(clock.nanoTime() + CLOSING_NANOS)
                    .get());
            List<ModelIndex> found = models.repository().start().get();
            long failed = found.stream().filter(model -> !model.allReady()).count();
            out.print(ModelTable.of(found));
            out.println();
            out.println(found.size() + " models checked, " + failed + " cannot be served");
            out.flush();
            failed += rows ? checkRows(models.repository(), found) : 0;
            return failed == 0 ? 0 : FAILED;
        } catch (ExecutionException e) {
            spec.commandLine().getErr().println("tern check: " + Causes.message(e));
            return FAILED;
        }
    }

    private int checkRows(ModelRepository repository, List<ModelIndex> found) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        int wrong = new RowChecks(repository, rowsTolerance, out).run(found);
        out.flush();
        return wrong;
    }
}
