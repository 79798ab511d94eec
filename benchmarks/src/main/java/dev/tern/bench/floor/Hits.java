package dev.tern.bench.floor;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.Series;
import dev.tern.bench.metrics.CacheCounts;
import dev.tern.bench.process.ServerProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** Echo and a server with a cache in turn, repetition after repetition, every other time the server first. */
final class Hits {
    private static final Goal GOAL = Goal.atMost(1.25);

    private final Workload workload;
    private final FloorSettings settings;
    private final Neighbours sides;
    private final ServerProcess server;
    private final Consumer<String> progress;
    private final List<Round> rounds = new ArrayList<>();

    /**
     * One repetition.
     *
     * @param hitRatio of the server's memory
     */
    private record Round(Cost echo, Cost tern, double hitRatio) {}

    Hits(Workload workload, FloorSettings settings, Neighbours sides, ServerProcess server, Consumer<String> progress) {
        this.workload = workload;
        this.settings = settings;
        this.sides = sides;
        this.server = server;
        this.progress = progress;
    }

    Figure figure() {
        sides.echo().warmUp();
        sides.tern().warmUp();
        // As in the floor's own comparison: the first still meets code that is being compiled.
        round("left out: ", true);
        for (int i = 0; i < settings.repeat(); i++) {
            rounds.add(round("", i % 2 == 0));
        }
        Series echo = series("echo, CPU µs a request", each -> each.echo().cpuMicros());
        Series tern = series(
                "answer from memory, CPU µs a request", each -> each.tern().cpuMicros());
        return new Figure(
                tern.over(
                        workload.name() + ": CPU a request of answers from memory over the echo's, "
                                + settings.callers() + " in flight",
                        echo),
                GOAL,
                List.of(
                        echo,
                        tern,
                        series("hit ratio", Round::hitRatio),
                        series(
                                "generator's event loop busy under echo",
                                each -> each.echo().generatorLoad()),
                        series(
                                "generator's event loop busy under Tern",
                                each -> each.tern().generatorLoad()),
                        series("echo, requests/s", each -> each.echo().perSecond()),
                        series("Tern, requests/s", each -> each.tern().perSecond())));
    }

    private Round round(String note, boolean echoFirst) {
        Cost before = echoFirst ? sides.echo().closed(settings.callers()) : null;
        CacheCounts counted = counts();
        Cost tern = sides.tern().closed(settings.callers());
        double hitRatio = counts().since(counted).hitRatio();
        Cost echo = before == null ? sides.echo().closed(settings.callers()) : before;
        progress.accept(String.format(
                Locale.ROOT,
                "%s%s: echo %.1f µs, answer from memory %.1f µs a request, hit ratio %.4f, %,.0f/s",
                note,
                workload.name(),
                echo.cpuMicros(),
                tern.cpuMicros(),
                hitRatio,
                tern.perSecond()));
        return new Round(echo, tern, hitRatio);
    }

    private CacheCounts counts() {
        return CacheCounts.of(server.metrics(), workload.model());
    }

    private Series series(String name, ToDoubleFunction<Round> quantity) {
        return Series.of(workload.name() + ": " + name, rounds, quantity);
    }
}
