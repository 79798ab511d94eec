package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.rpc.wire.InferAnswer;
import dev.tern.server.tracing.Trace;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one request, and gives back what the request held: its payloads and its lease on the version.
 *
 * <p>A caller that is cut off, or whose request is failing, is answered before the pipeline has answered; what the request
 * holds stays until then.
 */
final class InferReply implements Reply, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(InferReply.class);
    /** In place of two objects for each request. */
    private static final AtomicIntegerFieldUpdater<InferReply> ANSWERED =
            AtomicIntegerFieldUpdater.newUpdater(InferReply.class, "answered");

    private static final AtomicIntegerFieldUpdater<InferReply> SENT =
            AtomicIntegerFieldUpdater.newUpdater(InferReply.class, "sent");

    private static final Failure CUT_OFF =
            Failure.of(Kind.UNAVAILABLE, "the server is stopping and could not finish the request in time");

    private final String id;
    private final ServedVersion served;
    private final GrpcCall call;
    private final InferHandler handler;
    private final InferCodec codec;
    private final long startNanos;

    /** Whether the request named its version, by number or label. */
    private final boolean named;

    private volatile int answered;

    /** Whoever sets this may tell {@link #call}, which is told once. */
    private volatile int sent;

    /** What the caller was told before the pipeline had answered. */
    private volatile Failure early = CUT_OFF;

    private @Nullable InferenceRequest request;

    /** Null where the outputs are answered as they are. */
    private @Nullable Classification classification;

    /** Null where nothing of the request is in shared memory. */
    private @Nullable SharedUse shared;

    /** Null for most. */
    private @Nullable Trace trace;

    /** Whether it is this thread, which answers, that may tell {@link #call}. */
    private boolean claimed;

    /** What is to be written, and what it is made of. */
    private @Nullable InferAnswer answer;

    private @Nullable InferenceResponse response;

    InferReply(
            String id,
            ServedVersion served,
            GrpcCall call,
            InferHandler handler,
            InferCodec codec,
            long startNanos,
            boolean named) {
        this.id = id;
        this.served = served;
        this.call = call;
        this.handler = handler;
        this.codec = codec;
        this.startNanos = startNanos;
        this.named = named;
    }

    /**
     * Takes over the payloads of the request that is to be answered, and {@code use}; its outputs are answered as {@code
     * classes} and in the places of {@code use}, if these are given.
     */
    void answers(InferenceRequest decoded, @Nullable Classification classes, @Nullable SharedUse use) {
        this.request = decoded;
        if (trace != null) {
            trace.inputs(decoded.inputs());
        }
        this.classification = classes;
        this.shared = use;
    }

    /** Has {@code wanted} told of the request's way. Before the request is handed on. */
    void traceWith(Trace wanted) {
        trace = wanted;
    }

    @Override
    public void succeed(InferenceResponse given) {
        if (!isFirstAnswer()) {
            given.release();
            LOG.error("Request '{}' to model '{}' was answered twice", LogText.of(id), served.model());
            return;
        }
        response = given;
        if (trace != null) {
            trace.outputs(given.outputs());
        }
        answer = encode(given);
        if (answer == null || !isWaiting()) {
            response.release();
            return;
        }
        call.send(this);
    }

    private @Nullable InferAnswer encode(InferenceResponse given) {
        if (call.isCancelled()) {
            end(Kind.CANCELLED);
            return null;
        }
        try {
            InferenceResponse told = classification == null ? given : classification.of(given);
            response = told;
            if (shared != null && shared.hasOutputs()) {
                if (!claims()) {
                    // Who has had an answer may have put something else there.
                    end(early.kind());
                    return null;
                }
                told = shared.write(told);
                response = told;
            }
            return ResponseEncoder.encode(call, codec, served.model(), served.version(), id, told);
        } catch (Malformed e) {
            refuse(e.failure(), e.countedAs());
        } catch (RuntimeException | OutOfMemoryError e) {
            refuse(new Failure(Kind.INTERNAL, "internal error while writing the answer", e));
        }
        return null;
    }

    /** Whether the caller is to be answered, now that the request has succeeded; ends it. */
    private boolean isWaiting() {
        boolean waiting = claims();
        end(waiting ? null : early.kind());
        return waiting;
    }

    /** Writes the answer. Where {@link GrpcCall#send} has it done. */
    @Override
    public void run() {
        InferenceResponse sending = Objects.requireNonNull(response);
        try {
            if (!call.isCancelled()) {
                call.write(Objects.requireNonNull(answer));
            }
        } finally {
            sending.release();
        }
    }

    @Override
    public void fail(Failure failure) {
        if (!isFirstAnswer()) {
            LOG.error("Request '{}' to model '{}' was answered twice", LogText.of(id), served.model());
            return;
        }
        refuse(failure);
    }

    private void refuse(Failure failure) {
        refuse(failure, failure.kind());
    }

    private void refuse(Failure failure, Kind countedAs) {
        if (countedAs == Kind.INTERNAL) {
            // A model that fails on its input, a checked exception, is any caller's doing: no stack for that.
            boolean defect = failure.cause() instanceof RuntimeException || failure.cause() instanceof Error;
            LOG.warn(
                    "Request '{}' to model '{}' version {} failed: {}",
                    LogText.of(id),
                    served.model(),
                    served.version(),
                    failure.message(),
                    defect ? failure.cause() : null);
        }
        boolean waiting = claims();
        end(waiting ? countedAs : early.kind());
        if (waiting) {
            tell(failure);
        }
    }

    @Override
    public void failing(Failure failure) {
        if (isFirstSent()) {
            early = failure;
            tell(failure);
        }
    }

    /**
     * Tells the caller, if it waits, that the server stops before it is done, and takes the request out of its queue. Any
     * thread.
     *
     * @return whether the caller was still waiting
     */
    boolean cutOff() {
        if (!isFirstSent()) {
            return false;
        }
        tell(CUT_OFF);
        call.gone();
        return true;
    }

    private void tell(Failure failure) {
        call.refuse(failure, served.model(), served.version());
    }

    private boolean isFirstAnswer() {
        return answered == 0 && ANSWERED.compareAndSet(this, 0, 1);
    }

    /** Whether the caller still waits, for the thread that answers; then nobody else tells it. */
    private boolean claims() {
        claimed = claimed || isFirstSent();
        return claimed;
    }

    private boolean isFirstSent() {
        return sent == 0 && SENT.compareAndSet(this, 0, 1);
    }

    private void end(Failure.@Nullable Kind failure) {
        long nanos = handler.nanosSince(startNanos);
        if (trace != null) {
            trace.end(startNanos + nanos);
        }
        InferenceResponse given = response;
        if (failure != null) {
            served.failed(failure, nanos, named);
        } else if (given != null) {
            served.succeeded(given.origin(), nanos, named);
        }
        if (request != null) {
            request.release();
        }
        if (shared != null) {
            shared.release();
        }
        served.release();
        handler.answered(this, served, failure, nanos);
    }
}
