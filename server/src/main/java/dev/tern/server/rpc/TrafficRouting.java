package dev.tern.server.rpc;

import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Sticky;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.Resolution;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.rpc.wire.InferMessage;
import dev.tern.server.rpc.wire.Parameter;
import dev.tern.server.rpc.wire.Parameter.Choice;
import dev.tern.server.traffic.Traffic;
import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * Finds the version that a request names, or the one that is drawn for it where the model's requests are split; and has
 * requests copied for a candidate.
 */
final class TrafficRouting implements Routing {
    private final ModelRepository repository;
    private final Traffic traffic;

    TrafficRouting(ModelRepository repository, Traffic traffic) {
        this.repository = repository;
        this.traffic = traffic;
    }

    @Override
    public boolean readsMetadata() {
        return traffic.readsMetadata() || repository.readsMetadata();
    }

    @Override
    public Resolution acquire(InferMessage message, @Nullable Metadata headers) {
        Resolution found = repository.acquire(message.modelName(), message.modelVersion());
        return message.modelVersion().isEmpty() && found instanceof ServedVersion newest
                ? drawn(newest, message, headers)
                : found;
    }

    /** The newest, whose lease is given back if another one is drawn, is for when none of the split is served. */
    private Resolution drawn(ServedVersion newest, InferMessage message, @Nullable Metadata headers) {
        TrafficSettings settings = settings(newest);
        if (settings.split().isEmpty()) {
            return newest;
        }
        ServedVersion drawn = traffic.drawn(
                newest.model(),
                settings,
                stickyValue(settings.sticky(), message, headers),
                version -> repository.acquire(newest.model(), version) instanceof ServedVersion served ? served : null);
        if (drawn == null) {
            return newest;
        }
        newest.release();
        return drawn;
    }

    /** Null if the request has none; then it is drawn for by itself. */
    private static @Nullable String stickyValue(Sticky sticky, InferMessage message, @Nullable Metadata headers) {
        Parameter parameter =
                sticky.parameter().isEmpty() ? null : message.parameters().get(sticky.parameter());
        String value = parameter == null || parameter.choice() == Choice.NONE ? "" : String.valueOf(parameter.value());
        if (value.isEmpty() && headers != null && !sticky.metadata().isEmpty()) {
            value = headers.get(Metadata.Key.of(sticky.metadata(), Metadata.ASCII_STRING_MARSHALLER));
        }
        return value == null || value.isEmpty() ? null : value;
    }

    private TrafficSettings settings(ServedVersion served) {
        return traffic.settings(served.model(), served.traffic());
    }

    /** A copy for a candidate is made of what was answered. */
    @Override
    public boolean readsInputsOnce(ServedVersion served) {
        return served.readsInputsOnce() && !settings(served).shadow().isOn();
    }

    @Override
    public void predict(ServedVersion served, InferenceRequest request, boolean inputsReadOnce, Reply reply) {
        TrafficSettings settings = settings(served);
        InferenceRequest anonymous = Traffic.anonymous(settings, request);
        // A copy of a part of a sequence would only show that its beginning is missing.
        boolean isPart = served.config().hasSequenceBatching();
        // Where the shadow was set after the request was decoded, a copy might read other bytes than the run.
        boolean copied = settings.shadow().isOn() && !isPart && !inputsReadOnce;
        served.predictor()
                .predict(anonymous, copied ? traffic.copying(settings, served.version(), anonymous, reply) : reply);
    }
}
