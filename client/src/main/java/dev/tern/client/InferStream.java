package dev.tern.client;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelStreamInferResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Requests on one call, answered in the order in which they are sent (ModelStreamInfer, Triton's extension). A request
 * costs either side less than a call of its own; all of them go over one connection to one server, and an answer waits for
 * those before it. Any thread may use it.
 *
 * <p>A request that fails fails its own future; as the protocol has no status code for it, with {@code UNKNOWN}. When the
 * stream ends before its time, what is unanswered fails, and so does what is sent later: open another one. Nothing is sent
 * again.
 *
 * <p>The server takes so many requests at a time (Tern: {@code --stream-window}); what is sent beyond that waits in this
 * client's memory. So keep a bounded number in flight.
 */
public final class InferStream implements AutoCloseable {
    private final ClientCall<ModelInferRequest, ModelStreamInferResponse> call;
    private final Executor completer;
    private final UnaryOperator<ModelInferRequest> checked;
    private final Object lock = new Object();

    /** In the order of their requests. */
    private final Queue<CompletableFuture<InferResult>> waiting = new ArrayDeque<>();

    private boolean closed;
    private @Nullable InferException end;

    private InferStream(
            ClientCall<ModelInferRequest, ModelStreamInferResponse> call,
            Executor completer,
            UnaryOperator<ModelInferRequest> checked) {
        this.call = call;
        this.completer = completer;
        this.checked = checked;
    }

    /** @param checked throws {@link InferException} for what is too large to be sent */
    static InferStream open(
            Channel channel, CallOptions options, Executor completer, UnaryOperator<ModelInferRequest> checked) {
        ClientCall<ModelInferRequest, ModelStreamInferResponse> call =
                channel.newCall(GRPCInferenceServiceGrpc.getModelStreamInferMethod(), options);
        InferStream stream = new InferStream(call, completer, checked);
        call.start(stream.new Answers(), new Metadata());
        call.request(Integer.MAX_VALUE);
        return stream;
    }

    /**
     * Sends a request. Its future is completed as those of {@link TernClient#inferAsync} are; cancelling it does not take
     * the request back. With a {@link TernClientBuilder#callbackExecutor}, each future is completed by a task of its own:
     * one that waits for another answer of this stream does not hold it up, and an executor with several threads may
     * complete them in another order. A future whose task that executor refuses fails with {@code UNKNOWN}.
     *
     * @throws IllegalArgumentException for a request with a deadline or headers of its own, which a stream cannot have
     * @throws IllegalStateException when this stream was closed
     */
    public CompletableFuture<InferResult> infer(InferRequest request) {
        if (request.deadline() != null || !request.headers().keys().isEmpty()) {
            throw new IllegalArgumentException(
                    "a request on a stream has a deadline or headers of its own (expected: neither)");
        }
        CompletableFuture<InferResult> answer = new CompletableFuture<>();
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the stream is closed");
            }
            try {
                if (end != null) {
                    throw end;
                }
                ModelInferRequest message = checked.apply(request.message());
                waiting.add(answer);
                call.sendMessage(message);
            } catch (InferException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        return answer;
    }

    /** Sends no more; what was sent is still answered. Does not wait for that. */
    @Override
    public void close() {
        synchronized (lock) {
            if (!closed) {
                closed = true;
                call.halfClose();
            }
        }
    }

    /** Sends no more, and waits for no answers: what is in flight fails with {@code CANCELLED}, also on the server. */
    public void cancel() {
        synchronized (lock) {
            closed = true;
        }
        call.cancel("cancelled by the caller", null);
    }

    private @Nullable CompletableFuture<InferResult> next() {
        synchronized (lock) {
            return waiting.poll();
        }
    }

    private List<CompletableFuture<InferResult>> endAll(InferException failure) {
        synchronized (lock) {
            end = failure;
            List<CompletableFuture<InferResult>> unanswered = new ArrayList<>(waiting);
            waiting.clear();
            return unanswered;
        }
    }

    /** Has {@code future} completed by {@code completion}: by itself, as its callbacks may wait for another answer. */
    private void hand(CompletableFuture<InferResult> future, Runnable completion) {
        try {
            completer.execute(completion);
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(InferException.of(e));
        }
    }

    private static void complete(CompletableFuture<InferResult> future, ModelStreamInferResponse response) {
        InferResult result;
        try {
            if (!response.getErrorMessage().isEmpty()) {
                throw new InferException(Status.Code.UNKNOWN, response.getErrorMessage(), null);
            }
            result = InferResult.of(response.getInferResponse());
        } catch (RuntimeException | Error e) {
            // An error too: whoever waits for the future would wait for ever.
            future.completeExceptionally(e);
            return;
        }
        future.complete(result);
    }

    /** gRPC calls it from one thread at a time. */
    private final class Answers extends ClientCall.Listener<ModelStreamInferResponse> {
        @Override
        public void onMessage(ModelStreamInferResponse response) {
            CompletableFuture<InferResult> future = next();
            if (future == null) {
                call.cancel("the server has sent more answers than it got requests", null);
            } else {
                hand(future, () -> complete(future, response));
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            InferException failure = status.isOk()
                    ? new InferException(Status.Code.UNAVAILABLE, "the server has ended the stream", null)
                    : InferException.of(status.asRuntimeException());
            List<CompletableFuture<InferResult>> unanswered = endAll(failure);
            unanswered.forEach(each -> hand(each, () -> each.completeExceptionally(failure)));
        }
    }
}
