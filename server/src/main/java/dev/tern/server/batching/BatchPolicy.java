package dev.tern.server.batching;

/**
 * Decides what a free instance does with the requests that wait: which of them run now, or when to look again.
 *
 * <p>The rule, as Triton documents it: requests are taken in order while they fit into {@code max_batch_size} and agree
 * in shape. Of the row counts passed on the way, the largest preferred one is sent at once. Failing that, the batch is
 * sent when nothing more can join it (it is full, or the next request does not fit or has another shape), when it is
 * past every preferred size, when no delay is configured, or when its oldest request has waited the delay out. A pure
 * function of its arguments.
 */
final class BatchPolicy {
    private final BatchSettings settings;

    BatchPolicy(BatchSettings settings) {
        this.settings = settings;
    }

    /**
     * What to do with {@code waiting}, oldest first and not empty, at {@code nowNanos}.
     */
    Decision decide(Waiting waiting, long nowNanos) {
        if (!settings.dynamic()) {
            return Decision.run(1);
        }
        int rows = 0;
        int count = 0;
        int preferred = 0;
        boolean closed = false;
        for (; count < waiting.size() && !closed; count++) {
            rows += waiting.rows(count);
            if (settings.prefers(rows)) {
                preferred = count + 1;
            }
            closed = isFull(rows, count + 1) || !mayFollow(waiting, count + 1, rows);
        }
        if (preferred > 0) {
            return Decision.run(preferred);
        }
        long due = waiting.enqueuedNanos(0) + settings.maxQueueDelayNanos();
        boolean send = closed
                || rows >= settings.largestPreferred()
                || settings.maxQueueDelayNanos() == 0
                || nowNanos - due >= 0;
        return send ? Decision.run(count) : Decision.waitUntil(due);
    }

    /** Requests are counted as well as rows, as a request may have none. */
    private boolean isFull(int rows, int requests) {
        return rows >= settings.maxBatchSize() || requests >= settings.maxBatchSize();
    }

    private boolean mayFollow(Waiting waiting, int next, int rows) {
        return next >= waiting.size()
                || (rows + waiting.rows(next) <= settings.maxBatchSize() && waiting.alike(0, next));
    }

    /** The requests that wait, oldest first. */
    interface Waiting {
        int size();

        int rows(int index);

        long enqueuedNanos(int index);

        /** Whether the two agree on everything but their rows, so that they may share a run. */
        boolean alike(int first, int second);
    }

    /**
     * @param count how many of the oldest to run together now; 0 to wait
     * @param lookAgainNanos when to decide again if nothing arrives before
     */
    record Decision(int count, long lookAgainNanos) {
        static Decision run(int count) {
            return new Decision(count, 0);
        }

        static Decision waitUntil(long untilNanos) {
            return new Decision(0, untilNanos);
        }
    }
}
