package dev.tern.server.boot.assembly;

import dev.tern.server.boot.meters.Meters;
import dev.tern.server.boot.process.Closeables;
import dev.tern.server.boot.process.Threads;
import dev.tern.server.host.LowPriority;
import dev.tern.server.predict.Clock;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.RepositoryListener;
import dev.tern.server.traffic.Shadows;
import dev.tern.server.traffic.Traffic;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which versions answer and which get copies, put together.
 *
 * @param traffic for the requests, and for the operators
 * @param shadows to be stopped before the models are closed
 */
record TrafficAssembly(Traffic traffic, Shadows shadows) {
    static TrafficAssembly of(ModelRepository repository, Meters meters, Clock clock, Closeables closeables) {
        ExecutorService copies = Executors.newSingleThreadExecutor(LowPriority.of(Threads.named("tern-shadow")));
        // What it has taken must still run: each copy holds a lease and bytes.
        closeables.add((AutoCloseable) copies::shutdown);
        Shadows shadows = new Shadows(new ServedCandidates(repository), meters::openShadow, clock, copies);
        repository.addListener(new Departures(shadows));
        // Not a method reference: each thread has a generator of its own.
        return new TrafficAssembly(
                new Traffic(
                        repository::traffic, () -> ThreadLocalRandom.current().nextDouble(), shadows),
                shadows);
    }

    /** The counts and meters of a model that is known no more go with it. */
    private record Departures(Shadows shadows) implements RepositoryListener {
        @Override
        public void modelChanged(String model, boolean ready) {
            // Its counts stay; a version that does not answer gets no copies.
        }

        @Override
        public void modelGone(String model) {
            shadows.forget(model);
        }
    }
}
