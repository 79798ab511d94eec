package dev.tern.server.rpc;

import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Together;
import dev.tern.server.rpc.wire.InferAnswer;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The caller of one ModelInfer call. */
final class UnaryCall extends GrpcCall implements Runnable {
    private final ServerCallStreamObserver<InferAnswer> out;

    /** Of the connection: what is written there is written without waking it. */
    private final @Nullable Executor loop;

    private UnaryCall(ServerCallStreamObserver<InferAnswer> out, long deadlineNanos, @Nullable Executor loop) {
        super(deadlineNanos);
        this.out = out;
        this.loop = loop;
    }

    /**
     * The caller of the call that this thread is handling. Called within the handler, as gRPC requires.
     *
     * @param loop the event loop that this thread is
     */
    static UnaryCall current(ServerCallStreamObserver<InferAnswer> out, Clock clock, @Nullable Executor loop) {
        UnaryCall call = new UnaryCall(out, currentDeadline(clock), loop);
        out.setOnCancelHandler(call);
        return call;
    }

    /** The caller has cancelled. */
    @Override
    public void run() {
        gone();
    }

    @Override
    boolean isCancelled() {
        return out.isCancelled();
    }

    @Override
    InferAnswer encode(InferCodec codec, String model, long version, String id, InferenceResponse response) {
        return codec.write(model, version, id, response);
    }

    @Override
    void send(Runnable writing) {
        Together others = Together.current();
        if (others == null || loop == null) {
            writing.run();
        } else {
            others.leave(loop, writing);
        }
    }

    @Override
    void write(InferAnswer answer) {
        out.onNext(answer);
        out.onCompleted();
    }

    @Override
    void refuse(Failure failure, String model, long version) {
        if (!out.isCancelled()) {
            out.onError(StatusMapping.toStatus(failure));
        }
    }
}
