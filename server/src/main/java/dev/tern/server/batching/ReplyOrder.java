package dev.tern.server.batching;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.Together;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has answers leave in the order in which requests came ({@code preserve_ordering}): a response waits until all before
 * it are answered or given up. A failure does not wait.
 *
 * <p>Any thread; an answer is handed over by whichever thread makes it the next one, outside the lock.
 */
final class ReplyOrder {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyOrder.class);

    private final ArrayDeque<Place> places = new ArrayDeque<>();
    private boolean handingOver;

    /** A place behind all that were given out, for an answer to {@code reply}. */
    Place behindAll(Reply reply) {
        Place place = new Place(reply);
        synchronized (places) {
            places.add(place);
        }
        return place;
    }

    /** Where one answer goes, in its turn. */
    final class Place implements Reply {
        private final Reply reply;
        private @Nullable InferenceResponse response;
        private boolean failed;
        private boolean givenUp;

        private Place(Reply reply) {
            this.reply = reply;
        }

        /** The caller has gone: its answer, which may take long, holds up nobody's, and itself waits for nobody's. */
        void giveUp() {
            synchronized (places) {
                givenUp = response == null;
            }
            handOver();
        }

        @Override
        public void succeed(InferenceResponse answer) {
            boolean inOrder;
            synchronized (places) {
                inOrder = !givenUp;
                response = inOrder ? answer : null;
            }
            if (inOrder) {
                handOver();
            } else {
                ReplyOrder.handOver(reply, answer);
            }
        }

        @Override
        public void fail(Failure failure) {
            synchronized (places) {
                failed = true;
            }
            reply.fail(failure);
            handOver();
        }
    }

    /** Hands over what is next in order, unless another thread is at it, which then goes on with this one's. */
    private void handOver() {
        for (Place next = next(false); next != null; next = next(true)) {
            InferenceResponse response = next.response;
            if (response != null) {
                handOver(next.reply, response);
            }
        }
    }

    /** A defect in one caller's reply must not keep the others' answers. */
    private static void handOver(Reply reply, InferenceResponse response) {
        try {
            // Written by now, not left for later: another thread may write the next one.
            Together.apart(() -> reply.succeed(response));
        } catch (RuntimeException | Error e) {
            LOG.warn("An answer could not be handed over", e);
        }
    }

    private @Nullable Place next(boolean mine) {
        synchronized (places) {
            if (handingOver && !mine) {
                return null;
            }
            Place head = places.peek();
            boolean ready = head != null && (head.failed || head.givenUp || head.response != null);
            handingOver = ready;
            return ready ? places.remove() : null;
        }
    }
}
