package dev.tern.server.batching;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that run together on one instance. When the run fails, the two halves are run apart, and so on down to
 * single requests, so that only those at fault get the error: at most twice as many runs as requests.
 */
final class Batch {
    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

    private final List<Entry> entries;
    private final Instance instance;
    private final Clock clock;
    private final BatchObserver observer;

    Batch(List<Entry> entries, Instance instance, Clock clock, BatchObserver observer) {
        this.entries = entries;
        this.instance = instance;
        this.clock = clock;
        this.observer = observer;
    }

    Instance instance() {
        return instance;
    }

    /** Runs the requests and answers every one of them. */
    void run() {
        long now = clock.nanoTime();
        for (int i = 0; i < entries.size(); i++) {
            observer.waited(now - entries.get(i).enqueuedNanos());
        }
        run(entries);
    }

    private void run(List<Entry> part) {
        try {
            answer(part, execute(part));
        } catch (EngineException e) {
            if (part.size() == 1) {
                fail(part.get(0), e.reason(), e);
            } else {
                int half = part.size() / 2;
                run(part.subList(0, half));
                run(part.subList(half, part.size()));
            }
        } catch (RuntimeException | Error e) {
            part.forEach(entry -> fail(entry, "internal error while running the model", e));
        }
    }

    private List<List<Tensor>> execute(List<Entry> part) throws EngineException {
        List<BatchItem> items = new ArrayList<>(part.size());
        int rows = 0;
        for (int i = 0; i < part.size(); i++) {
            items.add(part.get(i).item());
            rows += part.get(i).rows();
        }
        long start = clock.nanoTime();
        boolean succeeded = false;
        try {
            List<List<Tensor>> outputs = instance.run(items);
            succeeded = true;
            return outputs;
        } finally {
            observer.executed(part.size(), rows, clock.nanoTime() - start, succeeded);
        }
    }

    private static void answer(List<Entry> part, List<List<Tensor>> outputs) {
        for (int i = 0; i < part.size(); i++) {
            try {
                part.get(i).succeed(outputs.get(i));
            } catch (RuntimeException e) {
                LOG.warn("An answer could not be handed over; the others of its batch are not touched", e);
            }
        }
    }

    private static void fail(Entry entry, String message, Throwable cause) {
        entry.fail(new Failure(Kind.INTERNAL, message, cause));
    }
}
