package dev.tern.server.cache;

import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;

/**
 * Looks up each row of a request with a key by itself, sends only those on that are kept nowhere, as a smaller request,
 * and puts the answer together in order. For models whose rows have the same answers alone and in any batch.
 *
 * <p>What cannot be cut into rows goes on as it is, and nothing of it is kept: a request without rows or inputs, one of
 * very many rows, an answer with an output that has no row for each of the request's.
 */
public final class RowCaching implements Predictor {
    /** Rows are looked up on the event loop that read the request: something must bound what that takes. */
    static final int MAX_ROWS = 4096;

    private final RequestKeys keys;
    private final LocalCache near;
    private final RowLevel far;
    private final Clock clock;
    private final CacheObserver observer;
    private final Predictor next;

    /** The model has answered with an output that cannot be cut. */
    private volatile boolean uncuttable;

    /** @param far where rows are looked up that {@code near} does not have */
    public RowCaching(
            RequestKeys keys, LocalCache near, RowLevel far, Clock clock, CacheObserver observer, Predictor next) {
        this.keys = keys;
        this.near = near;
        this.far = far;
        this.clock = clock;
        this.observer = observer;
        this.next = next;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        if (request.key() == null) {
            next.predict(request, reply);
            return;
        }
        long rows =
                request.inputs().isEmpty() ? 0 : request.inputs().get(0).shape().dim(0);
        RowRequest byRows = new RowRequest(this, request, reply);
        if (rows == 0 || rows > MAX_ROWS || uncuttable) {
            byRows.sendWhole();
        } else {
            byRows.lookUp((int) rows);
        }
    }

    RequestKeys keys() {
        return keys;
    }

    LocalCache near() {
        return near;
    }

    RowLevel far() {
        return far;
    }

    CacheObserver observer() {
        return observer;
    }

    Predictor next() {
        return next;
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    /** No request is cut from now on. */
    void giveUp() {
        uncuttable = true;
    }
}
