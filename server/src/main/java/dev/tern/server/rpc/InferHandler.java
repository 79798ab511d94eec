package dev.tern.server.rpc;

import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.repository.Refusal;
import dev.tern.server.repository.Resolution;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.rpc.wire.InferAnswer;
import dev.tern.server.rpc.wire.InferMessage;
import dev.tern.server.sharedmemory.Regions;
import dev.tern.server.tracing.Trace;
import dev.tern.server.tracing.Tracing;
import io.grpc.Metadata;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Takes one request from its message to the pipeline of the version it asks for. */
final class InferHandler {
    private final Routing routing;
    private final ForwardedHeaders forwarded;
    private final Clock clock;
    private final RequestObserver observer;
    private final InferCodec codec;
    private final CurrentLoop loops;
    private final Regions regions;
    private final Tracing tracing;
    private final Set<InferReply> inFlight = ConcurrentHashMap.newKeySet();
    private volatile boolean cutOff;

    InferHandler(
            Routing routing,
            ForwardedHeaders forwarded,
            Clock clock,
            RequestObserver observer,
            InferCodec codec,
            CurrentLoop loops,
            Regions regions,
            Tracing tracing) {
        this.routing = routing;
        this.forwarded = forwarded;
        this.clock = clock;
        this.observer = observer;
        this.codec = codec;
        this.loops = loops;
        this.regions = regions;
        this.tracing = tracing;
    }

    /** Requests that were handed to a pipeline and not answered yet. */
    int inFlight() {
        return inFlight.size();
    }

    /** Answers what is in flight, and what comes from now on, that it cannot be finished; returns how many there were. */
    int cutOff() {
        cutOff = true;
        int count = 0;
        for (InferReply each : inFlight) {
            count += each.cutOff() ? 1 : 0;
        }
        return count;
    }

    /** Whether calls' metadata are to be given to {@link #handle}. */
    boolean readsMetadata() {
        return forwarded.readsMetadata() || routing.readsMetadata();
    }

    /** Takes {@code message} of a ModelInfer call over. Nobody wants its metadata. */
    void handle(InferMessage message, StreamObserver<InferAnswer> out) {
        handle(message, null, out);
    }

    /** Takes {@code message} of a ModelInfer call over. */
    void handle(InferMessage message, @Nullable Metadata headers, StreamObserver<InferAnswer> out) {
        ServerCallStreamObserver<InferAnswer> unary = (ServerCallStreamObserver<InferAnswer>) out;
        handle(message, headers, UnaryCall.current(unary, clock, loops.current()));
    }

    /** Takes {@code message} over, and has it answered to {@code call}. */
    void handle(InferMessage message, @Nullable Metadata headers, GrpcCall call) {
        try {
            resolve(message, headers, call);
        } finally {
            // What was not handed over to a request.
            message.release();
        }
    }

    /** Takes {@code message} over, and has {@code call} told {@code failure} before anything is looked for. */
    void refuse(InferMessage message, GrpcCall call, Failure failure) {
        long start = clock.nanoTime();
        message.release();
        refuse(call, failure, start);
    }

    private void refuse(GrpcCall call, Failure failure, long start) {
        call.refuse(failure, "", 0);
        observer.answered("", 0, failure.kind(), clock.nanoTime() - start);
    }

    private void resolve(InferMessage message, @Nullable Metadata headers, GrpcCall call) {
        long start = clock.nanoTime();
        Resolution resolution = routing.acquire(message, headers);
        if (resolution instanceof Refusal refusal) {
            refuse(call, refusal.failure(), start);
        } else if (resolution instanceof ServedVersion served) {
            boolean named = !message.modelVersion().isEmpty();
            InferReply reply = new InferReply(message.id(), served, call, this, codec, start, named);
            if (tracing.isOn()) {
                trace(message, served, call, reply, start);
            }
            inFlight.add(reply);
            if (cutOff) {
                reply.cutOff();
            }
            predict(message, headers, served, reply, call);
        }
    }

    private void trace(InferMessage message, ServedVersion served, GrpcCall call, InferReply reply, long start) {
        Trace trace = tracing.begin(served.model(), served.version(), message.id(), start);
        if (trace != null) {
            call.traceWith(trace);
            reply.traceWith(trace);
        }
    }

    private void predict(
            InferMessage message, @Nullable Metadata headers, ServedVersion served, InferReply reply, GrpcCall call) {
        try {
            RequestDecoder decoder = new RequestDecoder(message, served, routing, regions);
            InferenceRequest request = decoder.decode(call, headers, forwarded);
            reply.answers(request, decoder.classification(), decoder.sharedUse());
            routing.predict(served, request, decoder.readsInputsOnce(), reply);
        } catch (Malformed e) {
            reply.fail(e.failure());
        } catch (RuntimeException | Error e) {
            reply.fail(new Failure(Kind.INTERNAL, "internal error while handling the request", e));
        }
    }

    /** The time since {@code start}, on the clock's scale. */
    long nanosSince(long start) {
        return clock.nanoTime() - start;
    }

    void answered(InferReply reply, ServedVersion served, Failure.@Nullable Kind failure, long nanos) {
        inFlight.remove(reply);
        observer.answered(served.model(), served.version(), failure, nanos);
    }
}
