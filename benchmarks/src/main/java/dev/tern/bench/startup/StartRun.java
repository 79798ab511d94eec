package dev.tern.bench.startup;

import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.process.TemporaryFolder;
import dev.tern.bench.target.TargetException;
import dev.tern.proto.inference.ModelInferRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Starts servers over and over. Used by one thread. */
public final class StartRun {
    private static final String MODEL = "ranker";

    private final StartSettings settings;
    private final StopSignal stop;
    private final Consumer<String> progress;

    /**
     * Tells {@code progress} of every start.
     *
     * @param stop ends the server and what is under way, so that {@link #measure} soon fails and cleans up
     */
    public StartRun(StartSettings settings, StopSignal stop, Consumer<String> progress) {
        this.settings = settings;
        this.stop = stop;
        this.progress = progress;
    }

    /**
     * Measures; blocks. The first repetition warms up this process and is left out.
     *
     * @return one result for each archive and, of two, their ratios; a server that fails is told instead
     * @throws IOException when a server cannot be started
     */
    public List<ScenarioResult> measure() throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create("tern-start")) {
            return StartFigures.of(settings, repetitions(new Starts(settings, folder.path(), stop)));
        } catch (TargetException e) {
            return List.of(new ScenarioResult("start", List.of(), List.of(), stop.reason(e)));
        }
    }

    /** Every other repetition goes through the archives backwards, so that what drifts meets all alike. */
    private Map<Archive, List<Repetition>> repetitions(Starts starts) throws IOException {
        Map<Archive, List<Repetition>> repetitions = new EnumMap<>(Archive.class);
        List<Archive> order = new ArrayList<>(settings.archives());
        ModelInferRequest request = starts.on(order.get(0), List.of("--warm-up=none"), each -> each.request(MODEL));
        for (int i = 0; i <= settings.repeat(); i++) {
            for (Archive archive : order) {
                Repetition repetition = repetition(starts, archive, request);
                progress.accept((i == 0 ? "left out: " : "") + archive.label() + ": " + repetition.text());
                if (i > 0) {
                    repetitions
                            .computeIfAbsent(archive, each -> new ArrayList<>())
                            .add(repetition);
                }
            }
            Collections.reverse(order);
        }
        return repetitions;
    }

    private Repetition repetition(Starts starts, Archive archive, ModelInferRequest request) throws IOException {
        double firstAnswer = settings.parts().contains(StartPart.ANSWER)
                ? starts.on(archive, List.of("--warm-up=none"), each -> each.firstAnswerSeconds(request))
                : Double.NaN;
        double ready = settings.parts().contains(StartPart.READY)
                ? starts.on(archive, List.of(), StartedServer::readySeconds)
                : Double.NaN;
        Repetition.Speed speed =
                settings.parts().contains(StartPart.SPEED) ? speed(starts, archive) : Repetition.Speed.UNKNOWN;
        return new Repetition(firstAnswer, ready, speed);
    }

    private Repetition.Speed speed(Starts starts, Archive archive) throws IOException {
        double firstP99 = starts.on(archive, List.of(), server -> {
            double unused = server.readySeconds();
            return server.p99Millis(MODEL);
        });
        return starts.on(archive, List.of(), server -> {
            double unused = server.readySeconds();
            double early = server.loaded(MODEL, settings.early());
            server.load(MODEL, settings.meanwhile());
            double steady = server.loaded(MODEL, settings.early());
            return new Repetition.Speed(firstP99, early, steady, server.p99Millis(MODEL));
        });
    }
}
