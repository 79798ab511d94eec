package dev.tern.bench.scale;

import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.process.TemporaryFolder;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Measures models, each with one server for each setting. Used by one thread. */
public final class ScaleRun {
    private final ScaleSettings settings;
    private final StopSignal stop;
    private final Consumer<String> progress;

    /**
     * Tells {@code progress} of every step.
     *
     * @param stop ends the servers and what is under way, so that {@link #measure} soon fails and cleans up
     */
    public ScaleRun(ScaleSettings settings, StopSignal stop, Consumer<String> progress) {
        this.settings = settings;
        this.stop = stop;
        this.progress = progress;
    }

    /**
     * Measures one model of {@link dev.tern.bench.models.BenchModels}; blocks until its servers have ended. A server that
     * fails under way is told in the result.
     *
     * @throws IOException when models cannot be written or a server cannot be started
     */
    public ScaleResult measure(String model) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create("tern-scale");
                Fleet fleet = new Fleet(settings, stop)) {
            List<Bench> benches = new ArrayList<>();
            for (Setting each : settings.settings()) {
                ServerProcess server = fleet.start(each, model, folder.path().resolve("models-" + benches.size()));
                benches.add(new Bench(settings, each, model, server, stop));
            }
            return stop.during(fleet::stop, () -> measured(model, benches));
        } catch (TargetException e) {
            return new ScaleResult(model, List.of(), stop.reason(e));
        }
    }

    /** Every other repetition goes through the settings backwards, so that what drifts meets all alike. */
    private ScaleResult measured(String model, List<Bench> benches) throws IOException {
        for (Bench each : benches) {
            progress.accept(model + ", " + each.setting() + ": warm-up");
            each.warmUp();
        }
        List<Bench> order = new ArrayList<>(benches);
        for (int i = 0; i < settings.repeat(); i++) {
            for (Bench each : order) {
                progress.accept(model + ", " + each.setting() + ": " + text(each.measure()));
            }
            Collections.reverse(order);
        }
        List<SettingResult> results = new ArrayList<>();
        for (Bench each : benches) {
            results.add(each.result());
        }
        return new ScaleResult(model, results, "");
    }

    private static String text(ScaleReading reading) {
        return String.format(
                Locale.ROOT,
                "%,.0f/s, %.1f µs CPU a request, server %.2f and tool %.2f cores",
                reading.perSecond(),
                reading.cpuMicros(),
                reading.serverCores(),
                reading.toolCores());
    }
}
