package dev.tern.bench.load;

import dev.tern.bench.input.RequestPool;
import dev.tern.bench.measure.Part;
import dev.tern.bench.target.Endpoint;
import dev.tern.bench.verify.AnswerCheck;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The requests of one model, and who checks and counts them. Thread-safe. */
public final class Source {
    private final List<Endpoint> connections;
    private final RequestPool pool;
    private final AnswerCheck check;
    private final Part part;
    private final Keys keys;
    private final AtomicLong next = new AtomicLong();

    /**
     * Makes a source.
     *
     * @param connections in the same order as those of a run's other sources
     * @param stream the model's place among them
     */
    public Source(
            List<Endpoint> connections,
            RequestPool pool,
            AnswerCheck check,
            Part part,
            KeyChoice keys,
            long seed,
            int stream) {
        this.connections = List.copyOf(connections);
        this.pool = pool;
        this.check = check;
        this.part = part;
        this.keys = keys(keys, pool.size(), seed, stream);
    }

    /**
     * Which of its requests the model at this place among a run's is asked as its n-th.
     *
     * @param seed of the run
     */
    public static Keys keys(KeyChoice choice, int distinct, long seed, int place) {
        // Stream 0 is that of the choice among models.
        return choice.among(distinct, seed, place + 1L);
    }

    /** The connection at this place, counted round. */
    Endpoint connection(int place) {
        return connections.get(Math.floorMod(place, connections.size()));
    }

    /** The place of the next request. */
    int next() {
        return keys.at(next.getAndIncrement());
    }

    byte[] request(int place) {
        return pool.get(place);
    }

    int rows(int place) {
        return pool.rows(place);
    }

    AnswerCheck check() {
        return check;
    }

    Part part() {
        return part;
    }
}
