package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Await;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers requests when a test says so, by their ids, and counts the answers that nobody has given back. */
final class HeldReplies implements Predictor {
    private final Map<String, InferenceRequest> requests = new ConcurrentHashMap<>();
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final Queue<String> taken = new ConcurrentLinkedQueue<>();
    private final AtomicInteger live = new AtomicInteger();

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        requests.put(request.id(), request);
        replies.put(request.id(), reply);
        taken.add(request.id());
    }

    /** Answers every request at once, with so many bytes. */
    Predictor answeringAtOnce(int bytes) {
        return (request, reply) -> {
            taken.add(request.id());
            reply.succeed(response(bytes));
        };
    }

    /** Ids of the requests that came, in their order. */
    List<String> taken() {
        return List.copyOf(taken);
    }

    void await(int count) {
        Await.until(count + " requests have come", () -> taken.size() >= count);
    }

    void answer(String id) {
        reply(id).succeed(response(8));
    }

    void fail(String id, Failure failure) {
        reply(id).fail(failure);
    }

    private Reply reply(String id) {
        return Objects.requireNonNull(replies.remove(id), id);
    }

    /** Whether nobody waits for this request any more. */
    boolean isGone(String id) {
        return Objects.requireNonNull(requests.get(id), id).call().isDone();
    }

    /** Answers that were made and not given back. */
    int live() {
        return live.get();
    }

    InferenceResponse response(int bytes) {
        live.incrementAndGet();
        return new InferenceResponse(List.of(new Tensor("y", DataType.UINT8, Shape.of(bytes), new Zeros(bytes))));
    }

    private final class Zeros implements Payload {
        private final int size;
        private final AtomicInteger references = new AtomicInteger(1);

        Zeros(int size) {
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void copyTo(long from, ByteBuffer dst) {
            if (references.get() <= 0) {
                throw new IllegalStateException("an answer read after its last release");
            }
            dst.put(new byte[dst.remaining()]);
        }

        @Override
        public Payload retain() {
            references.incrementAndGet();
            return this;
        }

        @Override
        public void release() {
            int left = references.decrementAndGet();
            if (left < 0) {
                throw new IllegalStateException("an answer released more often than retained");
            }
            if (left == 0) {
                live.decrementAndGet();
            }
        }
    }
}
