package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.rpc.wire.InferAnswer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The caller of one request on a stream: its place among the stream's answers. */
final class StreamedCall extends GrpcCall {
    private static final AtomicReferenceFieldUpdater<StreamedCall, @Nullable Runnable> WRITING =
            AtomicReferenceFieldUpdater.newUpdater(StreamedCall.class, Runnable.class, "writing");

    private final InferStream stream;
    private final String id;

    /** What writes the answer; null while there is none. */
    private volatile @Nullable Runnable writing;

    StreamedCall(InferStream stream, String id, long deadlineNanos) {
        super(deadlineNanos);
        this.stream = stream;
        this.id = id;
    }

    @Override
    boolean isCancelled() {
        return stream.isOver();
    }

    @Override
    InferAnswer encode(InferCodec codec, String model, long version, String id, InferenceResponse response) {
        return codec.writeStreamed(model, version, id, response);
    }

    @Override
    void send(Runnable answer) {
        if (WRITING.compareAndSet(this, null, answer)) {
            stream.changed();
        } else {
            // Nobody reads it any more: it only gives back what it holds.
            answer.run();
        }
    }

    @Override
    void write(InferAnswer answer) {
        stream.write(answer);
    }

    @Override
    void refuse(Failure failure, String model, long version) {
        send(() -> stream.writeFailure(id, failure, model, version));
    }

    /** Whether the answer is there. */
    boolean isAnswered() {
        return writing != null;
    }

    /** Writes the answer, whose turn it is. */
    void take() {
        Objects.requireNonNull(writing).run();
    }

    /** The stream is over: takes the request out of its queue, and gives back its answer now or when it comes. */
    void drop() {
        try {
            gone();
        } finally {
            if (!WRITING.compareAndSet(this, null, Marker.DROPPED)) {
                take();
            }
        }
    }

    private enum Marker implements Runnable {
        DROPPED;

        @Override
        public void run() {}
    }
}
