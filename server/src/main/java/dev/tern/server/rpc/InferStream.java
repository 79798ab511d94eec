package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.Together;
import dev.tern.server.rpc.wire.InferAnswer;
import dev.tern.server.rpc.wire.InferMessage;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ModelStreamInfer call: each message is a request as by ModelInfer; answers are written in the order of the requests,
 * as fast as the client reads them.
 *
 * <p>gRPC calls the listener's methods on the connection's event loop. Answers come from any thread; the event loop writes
 * them.
 */
final class InferStream extends ServerCall.Listener<InferMessage> implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(InferStream.class);

    private static final Failure STOPPING =
            Failure.of(Kind.UNAVAILABLE, "GRPC server is shutting down and has stopped accepting new requests.");

    private final ServerCall<InferMessage, InferAnswer> call;
    private final Metadata headers;
    private final InferStreams streams;
    private final long deadlineNanos;

    /** The connection's. */
    private final Executor loop;

    /** Whether the first failure ends the stream with its status. */
    private final boolean endsWithFailure;

    /** Requests whose answers were not written yet, in the order in which they came. */
    private final Queue<StreamedCall> places = new ConcurrentLinkedQueue<>();

    /** Changes that nobody has looked at yet; whoever raises it from 0 has it looked at. */
    private final AtomicInteger changes = new AtomicInteger();

    private volatile boolean halfClosed;
    private volatile boolean stopping;

    /** Nothing is written any more. */
    private volatile boolean over;

    /** A message could not be read: what comes after it is not looked at. Of the event loop. */
    private boolean broken;

    /** Of whoever looks at the changes. */
    private boolean begun;

    InferStream(
            ServerCall<InferMessage, InferAnswer> call,
            Metadata headers,
            InferStreams streams,
            long deadlineNanos,
            Executor loop,
            boolean endsWithFailure) {
        this.call = call;
        this.headers = headers;
        this.streams = streams;
        this.deadlineNanos = deadlineNanos;
        this.loop = loop;
        this.endsWithFailure = endsWithFailure;
    }

    @Override
    public void onMessage(@Nullable InferMessage message) {
        if (broken || over) {
            release(message);
            return;
        }
        StreamedCall place = new StreamedCall(this, message == null ? "" : message.id(), deadlineNanos);
        places.add(place);
        if (message == null) {
            broken = true;
            Status status = MalformedMessages.status(call.getMethodDescriptor());
            place.send(() -> end(status, new Metadata()));
        } else if (stopping) {
            streams.infer().refuse(message, place, STOPPING);
        } else {
            streams.infer().handle(message, headers, place);
        }
    }

    private static void release(@Nullable InferMessage message) {
        if (message != null) {
            message.release();
        }
    }

    @Override
    public void onHalfClose() {
        halfClosed = true;
        changed();
    }

    @Override
    public void onReady() {
        changed();
    }

    @Override
    public void onCancel() {
        closed();
    }

    /** Also where gRPC has ended the stream itself, after a listener's exception. */
    @Override
    public void onComplete() {
        closed();
    }

    private void closed() {
        over = true;
        streams.closed(this);
        try {
            places.forEach(GrpcCall::gone);
        } finally {
            // Gives back what waits, also what those hold that were not told.
            changed();
        }
    }

    /** Takes no more requests, and ends the stream when those that it has are answered. Any thread. */
    void stop() {
        stopping = true;
        changed();
    }

    /** Whether nothing is to be written any more. Any thread. */
    boolean isOver() {
        return over || call.isCancelled();
    }

    /** Answers that are made and not written. Any thread. */
    int unwritten() {
        return (int) places.stream().filter(StreamedCall::isAnswered).count();
    }

    /** Has the event loop look at what has changed: together with others, where answers are handed over together. */
    void changed() {
        if (changes.getAndIncrement() != 0) {
            return;
        }
        Together others = Together.current();
        if (streams.isCurrent(loop)) {
            run();
        } else if (others != null) {
            others.leave(loop, this);
        } else {
            execute();
        }
    }

    private void execute() {
        try {
            loop.execute(this);
        } catch (RejectedExecutionException e) {
            // The event loop has ended; what the answers hold must be given back all the same.
            run();
        }
    }

    /** Looks at all changes, those that come meanwhile included: one thread at a time. */
    @Override
    public void run() {
        int seen = changes.get();
        while (seen != 0) {
            try {
                look();
            } catch (RuntimeException | Error e) {
                LOG.error("A stream's answer could not be written; the stream is ended", e);
                abandon();
            }
            seen = changes.addAndGet(-seen);
        }
    }

    private void look() {
        boolean last = halfClosed;
        int written = 0;
        for (StreamedCall first = places.peek(); mayWrite(first); first = places.peek()) {
            places.remove();
            first.take();
            written++;
        }
        if (isOver()) {
            dropAll();
        } else if ((last || stopping) && places.isEmpty()) {
            end(last ? Status.OK : Status.UNAVAILABLE.withDescription("Server exiting"), new Metadata());
        } else if (written > 0 && !stopping) {
            // There is room for as many more.
            call.request(written);
        }
    }

    private boolean mayWrite(@Nullable StreamedCall first) {
        return first != null && first.isAnswered() && !isOver() && call.isReady();
    }

    private void dropAll() {
        for (StreamedCall each = places.poll(); each != null; each = places.poll()) {
            try {
                each.drop();
            } catch (RuntimeException | Error e) {
                LOG.error("What a request on a stream that is over has held was not all given back", e);
            }
        }
    }

    /** Writes an answer. Of whoever looks at the changes. */
    void write(InferAnswer answer) {
        if (!begun) {
            begun = true;
            call.sendHeaders(new Metadata());
        }
        call.sendMessage(answer);
    }

    /** Writes what is answered to the request {@code id}, or ends the stream with it. Of whoever looks at the changes. */
    void writeFailure(String id, Failure failure, String model, long version) {
        if (isOver()) {
            return;
        }
        if (endsWithFailure) {
            StatusRuntimeException status = StatusMapping.toStatus(failure);
            Metadata trailers = status.getTrailers();
            end(status.getStatus(), trailers == null ? new Metadata() : trailers);
        } else {
            write(streams.codec().writeError(model, version, id, StatusMapping.shortened(failure.message())));
        }
    }

    private void end(Status status, Metadata trailers) {
        if (!isOver()) {
            over = true;
            streams.closed(this);
            call.close(status, trailers);
        }
    }

    private void abandon() {
        try {
            end(Status.INTERNAL.withDescription("internal error while writing the answer"), new Metadata());
        } catch (RuntimeException | Error e) {
            // Such as that gRPC has ended it just before.
            LOG.debug("The stream could not be ended", e);
        } finally {
            over = true;
            dropAll();
        }
    }
}
