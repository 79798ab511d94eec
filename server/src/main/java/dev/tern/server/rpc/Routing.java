package dev.tern.server.rpc;

import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Reply;
import dev.tern.server.repository.Resolution;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.rpc.wire.InferMessage;
import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/** Finds the version that answers a request. Any thread, never blocks. */
@FunctionalInterface
interface Routing {
    /**
     * The version, kept open for the request.
     *
     * @param headers the call's metadata; null if {@link #readsMetadata} said that nobody wants them
     */
    Resolution acquire(InferMessage message, @Nullable Metadata headers);

    /** Whether calls' metadata are to be kept for {@link #acquire}; asked for each call. */
    default boolean readsMetadata() {
        return false;
    }

    /** Whether inputs of a request that {@code served} is to answer are read but once: {@link ServedVersion#readsInputsOnce}. */
    default boolean readsInputsOnce(ServedVersion served) {
        return served.readsInputsOnce();
    }

    /**
     * Has {@code served}, which was found for it, answer {@code request}.
     *
     * @param inputsReadOnce whether {@link #readsInputsOnce} was asked, and said so
     */
    default void predict(ServedVersion served, InferenceRequest request, boolean inputsReadOnce, Reply reply) {
        served.predictor().predict(request, reply);
    }
}
