package dev.tern.server.rpc;

import dev.tern.server.predict.Clock;
import dev.tern.server.rpc.wire.InferAnswer;
import dev.tern.server.rpc.wire.InferMessage;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Begins ModelStreamInfer calls, and knows those that are open. */
final class InferStreams implements ServerCallHandler<InferMessage, InferAnswer> {
    /** With the value {@code true}, the first failure ends a stream with its status, as Triton has it. */
    private static final Metadata.Key<String> GRPC_ERROR =
            Metadata.Key.of("triton_grpc_error", Metadata.ASCII_STRING_MARSHALLER);

    private final InferHandler infer;
    private final InferCodec codec;
    private final CurrentLoop loops;
    private final Clock clock;
    private final int window;
    private final Set<InferStream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** @param window how many requests of a stream are taken whose answers were not written yet; at least 1 */
    InferStreams(InferHandler infer, InferCodec codec, CurrentLoop loops, Clock clock, int window) {
        this.infer = infer;
        this.codec = codec;
        this.loops = loops;
        this.clock = clock;
        this.window = window;
    }

    @Override
    public ServerCall.Listener<InferMessage> startCall(ServerCall<InferMessage, InferAnswer> call, Metadata headers) {
        Executor loop = Objects.requireNonNull(loops.current(), "a stream begins on its connection's event loop");
        boolean endsWithFailure = "true".equals(headers.get(GRPC_ERROR));
        InferStream stream =
                new InferStream(call, headers, this, GrpcCall.currentDeadline(clock), loop, endsWithFailure);
        open.add(stream);
        call.request(window);
        if (stopping) {
            // It came while connections were being told to go away.
            stream.stop();
        }
        return stream;
    }

    /** Ends every stream that is open, and every one that comes from now on, when its requests are answered. */
    void stop() {
        stopping = true;
        open.forEach(InferStream::stop);
    }

    /** Streams that are open. */
    int open() {
        return open.size();
    }

    /** Answers that are made and not written, of all streams. */
    int unwritten() {
        return open.stream().mapToInt(InferStream::unwritten).sum();
    }

    void closed(InferStream stream) {
        open.remove(stream);
    }

    InferHandler infer() {
        return infer;
    }

    InferCodec codec() {
        return codec;
    }

    boolean isCurrent(Executor loop) {
        return loops.current() == loop;
    }
}
