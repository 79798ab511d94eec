package dev.tern.server.splitting;

import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;

/**
 * The stage that sends a request of more than {@code max_batch_size} rows on in parts and joins their answers.
 *
 * <p>Parts are of {@code max_batch_size} rows, the last one of what is left. A full part leaves no room in its run, so it
 * never waits for others, not even where a window is configured; it has the one shape for which the engine keeps its
 * tensors; and the rest, being small, shares a run with other requests. Equal parts would each cost a run of their own
 * and leave each a little room that hardly any request fits into.
 */
public final class Splitting implements Predictor {
    /** More parts than this are refused: a row may have no bytes, so that a message's size bounds nothing. */
    public static final int MAX_PARTS = 4096;

    private final int maxBatchSize;
    private final Predictor next;

    /** @param maxBatchSize rows of one part at the most, at least 1 */
    public Splitting(int maxBatchSize, Predictor next) {
        if (maxBatchSize < 1) {
            throw new IllegalArgumentException("maxBatchSize: " + maxBatchSize + " (expected: >= 1)");
        }
        this.maxBatchSize = maxBatchSize;
        this.next = next;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        if (rows(request) <= maxBatchSize) {
            next.predict(request, reply);
        } else {
            new Split(request, reply, maxBatchSize).send(next);
        }
    }

    /** A request without inputs stands for one row. */
    private static long rows(InferenceRequest request) {
        return request.inputs().isEmpty() ? 1 : request.inputs().get(0).shape().dim(0);
    }
}
