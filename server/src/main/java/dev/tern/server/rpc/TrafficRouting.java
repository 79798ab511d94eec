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
import dev.tern.server.traffic.Draw;
import dev.tern.server.traffic.Traffic;
import io.grpc.Metadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the version that a request names, or the one that is drawn for it where the model's requests are split; and has
 * requests copied for a candidate.
 */
final class TrafficRouting implements Routing {
    /** Parameters that mean something to the server; any other that only says whose request it is goes no further. */
    private static final Set<String> WITH_A_MEANING =
            Set.of("sequence_id", "sequence_start", "sequence_end", "priority", "timeout", "tern_cache");

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
        Draw draw = traffic.draw(newest.model(), settings, stickyValue(settings.sticky(), message, headers));
        for (String version = draw.next(); version != null; version = draw.next()) {
            if (repository.acquire(newest.model(), version) instanceof ServedVersion served) {
                newest.release();
                return served;
            }
        }
        return newest;
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

    @Override
    public void predict(ServedVersion served, InferenceRequest request, Reply reply) {
        TrafficSettings settings = settings(served);
        InferenceRequest anonymous = without(settings.sticky().parameter(), request);
        served.predictor().predict(anonymous, traffic.copying(settings, served.version(), anonymous, reply));
    }

    /** Whose request it is has no part in the answer; the cache would keep one for each. */
    private static InferenceRequest without(String parameter, InferenceRequest request) {
        if (parameter.isEmpty() || !request.parameters().containsKey(parameter) || WITH_A_MEANING.contains(parameter)) {
            return request;
        }
        Map<String, Object> others = new HashMap<>(request.parameters());
        others.remove(parameter);
        return new InferenceRequest(
                request.model(), request.id(), request.inputs(), request.outputs(), others, request.call());
    }
}
