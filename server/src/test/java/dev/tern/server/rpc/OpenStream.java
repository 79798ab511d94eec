package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelStreamInferResponse;
import dev.tern.server.testing.Await;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a ModelStreamInfer call; answers are read as they are asked for.
 *
 * @param <Q> what a request is sent as
 */
final class OpenStream<Q> extends ClientCall.Listener<ModelStreamInferResponse> {
    private static final int PATIENCE_SECONDS = 20;

    private final ClientCall<Q, ModelStreamInferResponse> call;
    private final BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    /** Those that the stream has ended with. */
    private volatile Metadata trailers = new Metadata();

    private OpenStream(ClientCall<Q, ModelStreamInferResponse> call) {
        this.call = call;
    }

    static OpenStream<ModelInferRequest> on(Channel channel) {
        return on(channel, new Metadata());
    }

    static OpenStream<ModelInferRequest> on(Channel channel, Metadata headers) {
        return on(channel, GRPCInferenceServiceGrpc.getModelStreamInferMethod(), CallOptions.DEFAULT, headers);
    }

    static <Q> OpenStream<Q> on(
            Channel channel,
            MethodDescriptor<Q, ModelStreamInferResponse> method,
            CallOptions options,
            Metadata headers) {
        OpenStream<Q> stream = new OpenStream<>(channel.newCall(method, options));
        stream.call.start(stream, headers);
        return stream;
    }

    @SafeVarargs
    final OpenStream<Q> send(Q... requests) {
        for (Q each : requests) {
            call.sendMessage(each);
        }
        return this;
    }

    void halfClose() {
        call.halfClose();
    }

    void cancel() {
        call.cancel("the test cancels", null);
    }

    /** Reads up to so many answers, as they come. */
    OpenStream<Q> reading(int count) {
        call.request(count);
        return this;
    }

    /** The next one of the answers that are read. */
    ModelStreamInferResponse next() throws InterruptedException {
        ModelStreamInferResponse next = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("the next answer on the stream").isNotNull();
        return next;
    }

    /** Reads the next answers and gives their ids. */
    List<String> ids(int count) throws InterruptedException {
        reading(count);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(next().getInferResponse().getId());
        }
        return ids;
    }

    /** Waits until so many answers were read. */
    void await(int count) {
        Await.until(count + " answers have come", () -> answers.size() >= count);
    }

    /** Answers that were read and not asked for by {@link #next}. */
    int unseen() {
        return answers.size();
    }

    boolean hasEnded() {
        return end.isDone();
    }

    /** How the stream ends. */
    Refused end() throws Exception {
        Status status = end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return new Refused(status.getCode(), String.valueOf(status.getDescription()));
    }

    /** What the stream ended with under the name {@code key}; null if nothing. */
    @Nullable
    String trailer(String key) throws Exception {
        Status unused = end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return trailers.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
    }

    @Override
    public void onMessage(ModelStreamInferResponse answer) {
        answers.add(answer);
    }

    @Override
    public void onClose(Status status, @Nullable Metadata trailers) {
        if (trailers != null) {
            this.trailers = trailers;
        }
        boolean unused = end.complete(status);
    }
}
