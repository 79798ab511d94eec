package dev.tern.server.boot.versions;

import dev.tern.server.batching.Batching;
import dev.tern.server.batching.Seat;
import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Predictor;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A version's second queue, for requests that nobody waits for, with one instance of its own over the same weights: so it
 * keeps neither the version's instances nor its runners from callers' requests. Made when it is first used. Any thread.
 */
final class Background implements AutoCloseable {
    private static final Failure NO_INSTANCE =
            Failure.of(Failure.Kind.UNAVAILABLE, "the version has no instance for requests in the background");

    private final IdleTime idleTime;
    private final Supplier<@Nullable Instance> instances;
    private final Maker maker;
    private final UnaryOperator<Predictor> pipeline;
    private @Nullable Batching batching;
    private @Nullable Predictor predictor;

    /** Makes the queue; owns what it is given from then on. */
    interface Maker {
        Batching queue(List<Instance> instances, Seat seat);
    }

    /**
     * @param idleTime that the queue is run in
     * @param instances gives one more, or null
     * @param pipeline what stands before a queue
     */
    Background(
            IdleTime idleTime, Supplier<@Nullable Instance> instances, Maker maker, UnaryOperator<Predictor> pipeline) {
        this.idleTime = idleTime;
        this.instances = instances;
        this.maker = maker;
        this.pipeline = pipeline;
    }

    /** Before {@link #close}. */
    synchronized Predictor predictor() {
        if (predictor == null) {
            predictor = make();
        }
        return predictor;
    }

    private Predictor make() {
        Instance instance = instances.get();
        if (instance == null) {
            return (request, reply) -> reply.fail(NO_INSTANCE);
        }
        Batching made = maker.queue(List.of(instance), idleTime.seat());
        batching = made;
        return pipeline.apply(made);
    }

    @Override
    public synchronized void close() {
        if (batching != null) {
            batching.close();
        }
    }
}
