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
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Which versions answer and which get copies, put together.
 *
 * @param traffic for the requests, and for the operators
 * @param shadows to be stopped before the models are closed
 */
record TrafficAssembly(Traffic traffic, Shadows shadows) {
    static TrafficAssembly of(ModelRepository repository, Meters meters, Clock clock, Closeables closeables) {
        ExecutorService copies = shadowThread();
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

    /** Its queue takes no lock: a runner would wait for one that this thread holds while it has no core. */
    private static ExecutorService shadowThread() {
        return new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedTransferQueue<>(), LowPriority.of(Threads.named("tern-shadow")));
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
