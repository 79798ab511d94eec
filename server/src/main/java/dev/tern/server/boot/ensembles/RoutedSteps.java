package dev.tern.server.boot.ensembles;

import dev.tern.server.ensemble.StepModel;
import dev.tern.server.ensemble.StepModels;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.Refusal;
import dev.tern.server.repository.Resolution;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.rpc.RequestObserver;
import dev.tern.server.traffic.Traffic;
import org.jspecify.annotations.Nullable;

/**
 * Finds steps' models where callers' requests find theirs: a step that names no version gets the newest, or the one that is
 * drawn for it where the model's requests are split. Any thread.
 */
public final class RoutedSteps {
    private static final StepModel NOT_STARTED =
            new MissingModel(Failure.of(Failure.Kind.UNAVAILABLE, "the server has not started"));

    private final Clock clock;
    private final RequestObserver observer;
    private volatile @Nullable ModelRepository repository;
    private volatile @Nullable Traffic traffic;

    /** Finds nothing before {@link #in}. */
    public RoutedSteps(Clock clock, RequestObserver observer) {
        this.clock = clock;
        this.observer = observer;
    }

    /** Finds models in {@code models} from now on. */
    public void in(ModelRepository models) {
        repository = models;
    }

    /** Has steps' requests split and copied from now on, as callers' are. */
    public void by(Traffic settings) {
        traffic = settings;
    }

    /** For requests of callers. */
    public StepModels forCallers() {
        return this::acquire;
    }

    /** For requests that nobody waits for: see {@link ServedVersion#background}. */
    public StepModels behind() {
        return (request, model, version) -> {
            Resolution found = find(model, version);
            return found instanceof ServedVersion served ? new QuietStep(served) : missing(found);
        };
    }

    private StepModel acquire(InferenceRequest request, String model, long version) {
        Resolution found = find(model, version);
        if (!(found instanceof ServedVersion served)) {
            return missing(found);
        }
        Traffic routes = traffic;
        if (version >= 0 || routes == null) {
            return new CountedStep(served, null, TrafficSettings.NONE, version >= 0, clock, observer);
        }
        TrafficSettings settings = routes.settings(model, served.traffic());
        return new CountedStep(drawn(served, request, routes, settings), routes, settings, false, clock, observer);
    }

    private @Nullable Resolution find(String model, long version) {
        ModelRepository models = repository;
        return models == null ? null : models.acquire(model, version < 0 ? "" : Long.toString(version));
    }

    /** The ensemble is about to be withdrawn: whoever asks for it again is told that it is not ready. */
    private static StepModel missing(@Nullable Resolution found) {
        return found instanceof Refusal refusal
                ? new MissingModel(
                        Failure.of(Failure.Kind.UNAVAILABLE, refusal.failure().message()))
                : NOT_STARTED;
    }

    private ServedVersion drawn(
            ServedVersion newest, InferenceRequest request, Traffic routes, TrafficSettings settings) {
        Object sticky = request.parameters().get(settings.sticky().parameter());
        ServedVersion drawn = routes.drawn(
                newest.model(),
                settings,
                sticky == null || sticky.toString().isEmpty() ? null : sticky.toString(),
                version -> acquired(newest.model(), version));
        if (drawn == null) {
            return newest;
        }
        newest.release();
        return drawn;
    }

    private @Nullable ServedVersion acquired(String model, String version) {
        ModelRepository models = repository;
        return models != null && models.acquire(model, version) instanceof ServedVersion served ? served : null;
    }
}
