package dev.tern.server.repository;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.predict.DriftWatch;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.SchedulingState;
import dev.tern.server.predict.ServingStatistics;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A loaded version of a model. Any thread may ask it; what it is made of never changes. */
public interface Version extends AutoCloseable {
    /** The configuration in force, auto-completed. */
    ModelConfig config();

    /** The head of this version's pipeline. */
    Predictor predictor();

    /**
     * As {@link #predictor}, for requests that nobody waits for: they take only time and memory that no other request
     * wants, neither see nor fill the cache, and are not counted. The first call may take a few microseconds more.
     */
    default Predictor background() {
        return predictor();
    }

    /** What an operator should know, such as why the model is not batched; empty for nothing. */
    List<String> warnings();

    /** How many runs of the model may happen at the same time. */
    int instances();

    /**
     * A version like this one in the same sessions, with the instances that {@code source} asks for, and what this one has
     * counted and found out; empty where it can only be loaded. All else that {@code source} says is what this one was made
     * from, but for what says which version answers. Blocks; on a loader thread, while this one is open; either may be closed
     * first then.
     *
     * @throws VersionLoadException if there cannot be such instances; nothing of them is left open then
     */
    default Optional<Version> withInstances(VersionSource source) throws VersionLoadException {
        return Optional.empty();
    }

    /**
     * Whether each input that is no text is read but once, by the run: then nobody minds if its bytes change before, and the
     * run copes if they cannot be read.
     */
    default boolean readsInputsOnce() {
        return false;
    }

    /** Inputs of requests that it may take, as callers would send them; empty where none are known. */
    default List<List<Tensor>> samples() {
        return List.of();
    }

    /** How its requests are scheduled at this moment. */
    SchedulingState scheduling();

    /** What it has done since it was loaded. */
    default ServingStatistics statistics() {
        return ServingStatistics.none();
    }

    /** One of its requests was answered, {@code nanos} after it came; on the thread that answers, so it must be quick. */
    default void succeeded(Origin origin, long nanos) {}

    /** One of its requests failed, {@code nanos} after it came; as {@link #succeeded}. */
    default void failed(Failure.Kind kind, long nanos) {}

    /**
     * Forgets the answers that this process's memory keeps of the model, of all its versions; returns how many, empty
     * where none are ever kept. May take long.
     */
    default OptionalLong clearCache() {
        return OptionalLong.empty();
    }

    /** What servers keep of the model together; empty where they do not, or nothing is ever kept. */
    default Optional<SharedCache> sharedCache() {
        return Optional.empty();
    }

    /** What looks for drift in its requests and answers; empty where its configuration does not ask for it. */
    default Optional<DriftWatch> drift() {
        return Optional.empty();
    }

    /** Frees everything. Called once, on a loader thread, when no request uses the version any more. */
    @Override
    void close();
}
