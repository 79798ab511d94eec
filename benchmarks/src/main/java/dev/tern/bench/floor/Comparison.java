package dev.tern.bench.floor;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.Series;
import dev.tern.bench.process.JavaChild;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** Echo, bare runs and server in turn, repetition after repetition. */
final class Comparison {
    private static final double ALLOCATION_GOAL = 1_536;
    private static final double UNLOADED_GOAL = 1.25;

    private final Workload workload;
    private final FloorSettings settings;
    private final Side echo;
    private final Side tern;
    private final Batches batches;
    private final JavaChild runs;
    private final Consumer<String> progress;
    private final List<Round> rounds = new ArrayList<>();

    /** Counts what the server has run so far. */
    interface Batches {
        BatchMeter read();
    }

    /**
     * One repetition.
     *
     * @param run bare, at the rows that the server's runs had, at saturation
     * @param alone bare, of one request
     */
    private record Round(Cost echo, Cost tern, BareRun run, Cost quietEcho, Cost quietTern, BareRun alone) {}

    Comparison(
            Workload workload,
            FloorSettings settings,
            Side echo,
            Side tern,
            Batches batches,
            JavaChild runs,
            Consumer<String> progress) {
        this.workload = workload;
        this.settings = settings;
        this.echo = echo;
        this.tern = tern;
        this.batches = batches;
        this.runs = runs;
        this.progress = progress;
    }

    List<Figure> figures() throws IOException {
        echo.warmUp();
        tern.warmUp();
        // However long the warm-up, the first still meets code that is being compiled: one caller's, for one.
        round("left out: ");
        for (int i = 0; i < settings.repeat(); i++) {
            rounds.add(round(""));
        }
        List<Figure> figures = new ArrayList<>(List.of(cpu(), allocation(), unloaded()));
        if (!settings.tail().isZero()) {
            double half = series("", each -> each.tern().perSecond()).median() / 2;
            figures.add(new Tail(workload.name(), settings.tail()).measure(half, echo::open, tern::open));
        }
        return figures;
    }

    private Round round(String note) throws IOException {
        Cost loadedEcho = echo.closed(settings.callers());
        BatchMeter before = batches.read();
        Cost loadedTern = tern.closed(settings.callers());
        double rows = batches.read().rowsPerRunSince(before);
        Round round = new Round(
                loadedEcho,
                loadedTern.inRunsOf(rows),
                BareRun.measure(runs, rows),
                echo.closed(1),
                tern.closed(1),
                BareRun.measure(runs, workload.rows()));
        progress.accept(String.format(
                Locale.ROOT,
                "%s%s: echo %.1f µs and %,.0f bytes, run %.1f µs a request (%.1f rows a run), Tern %.1f µs and %,.0f bytes,"
                        + " %,.0f/s",
                note,
                workload.name(),
                loadedEcho.cpuMicros(),
                loadedEcho.bytes(),
                runMicros(round),
                rows,
                loadedTern.cpuMicros(),
                loadedTern.bytes(),
                loadedTern.perSecond()));
        return round;
    }

    private Figure cpu() {
        Series floor = series("echo + bare run, CPU µs a request", this::floorMicros);
        Series server = series("Tern, CPU µs a request", each -> each.tern().cpuMicros());
        return new Figure(
                server.over(
                        workload.name() + ": CPU a request over the floor, " + settings.callers() + " in flight",
                        floor),
                workload.cpu(),
                List.of(
                        series("echo, CPU µs a request", each -> each.echo().cpuMicros()),
                        series("bare run, CPU µs a request", this::runMicros),
                        server,
                        series("rows a run", each -> each.tern().rowsPerRun()),
                        series(
                                "generator's event loop busy under echo",
                                each -> each.echo().generatorLoad()),
                        series(
                                "generator's event loop busy under Tern",
                                each -> each.tern().generatorLoad()),
                        series("echo, requests/s", each -> each.echo().perSecond()),
                        series("Tern, requests/s", each -> each.tern().perSecond())));
    }

    private Figure allocation() {
        return new Figure(
                series(
                        "bytes allocated a request beyond the echo's",
                        each -> each.tern().bytes() - each.echo().bytes()),
                Goal.atMost(ALLOCATION_GOAL),
                List.of(
                        series("echo, bytes a request", each -> each.echo().bytes()),
                        series("bare run, bytes a request", each -> each.run().bytes() / requests(each)),
                        series("Tern, bytes a request", each -> each.tern().bytes())));
    }

    private Figure unloaded() {
        Series floor = series(
                "one caller: echo p50 + bare run, µs",
                each -> each.quietEcho().p50Micros() + each.alone().nanos() / 1e3);
        Series server =
                series("one caller: Tern p50, µs", each -> each.quietTern().p50Micros());
        return new Figure(
                server.over(workload.name() + ": unloaded p50 over the floor", floor),
                Goal.atMost(UNLOADED_GOAL),
                List.of(floor, server));
    }

    private Series series(String name, ToDoubleFunction<Round> quantity) {
        return new Series(
                workload.name() + ": " + name,
                rounds.stream().map(quantity::applyAsDouble).toList());
    }

    private double requests(Round round) {
        return round.tern().rowsPerRun() / workload.rows();
    }

    private double runMicros(Round round) {
        return round.run().cpuNanos() / 1e3 / requests(round);
    }

    private double floorMicros(Round round) {
        return round.echo().cpuMicros() + runMicros(round);
    }
}
