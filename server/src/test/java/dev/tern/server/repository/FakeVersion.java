package dev.tern.server.repository;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.SchedulingState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A version that counts how often it is closed. */
final class FakeVersion implements Version {
    private final VersionSource source;
    private final FakeFactory factory;
    private final AtomicInteger closed = new AtomicInteger();
    private Optional<Error> atClose = Optional.empty();

    FakeVersion(VersionSource source, FakeFactory factory) {
        this.source = source;
        this.factory = factory;
    }

    VersionSource source() {
        return source;
    }

    void failToClose(Error error) {
        atClose = Optional.of(error);
    }

    int timesClosed() {
        return closed.get();
    }

    @Override
    public ModelConfig config() {
        return source.config().toBuilder().setMaxBatchSize(32).build();
    }

    @Override
    public Predictor predictor() {
        return (request, reply) -> reply.fail(Failure.invalid("a fake answers nothing"));
    }

    @Override
    public List<String> warnings() {
        return List.of("made for a test");
    }

    @Override
    public int instances() {
        return 3;
    }

    @Override
    public Optional<Version> withInstances(VersionSource other) throws VersionLoadException {
        if (timesClosed() > 0) {
            throw new AssertionError("made of one that is closed");
        }
        return factory.like(other);
    }

    @Override
    public SchedulingState scheduling() {
        return new SchedulingState(0, 0, List.of(), 0, 0, Optional.empty());
    }

    @Override
    public void close() {
        closed.incrementAndGet();
        if (atClose.isPresent()) {
            throw atClose.get();
        }
    }
}
