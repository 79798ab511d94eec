package dev.tern.client;

import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends calls over the client's channels, in turn. Any thread may use it. */
final class Transport {
    private final List<ManagedChannel> channels;
    private final CallOptions options;
    private final Map<String, Supplier<String>> headers;
    private final @Nullable Duration deadline;
    private final Executor completer;
    private final Executor streamCompleter;
    private final int maxMessageSize;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile boolean closed;

    /**
     * @param completer completes the future of a call, on the thread on which gRPC tells of its answer
     * @param streamCompleter completes each future of a stream: gRPC tells of the next answer when it returns
     */
    Transport(
            List<ManagedChannel> channels,
            CallOptions options,
            Map<String, Supplier<String>> headers,
            @Nullable Duration deadline,
            Executor completer,
            Executor streamCompleter,
            int maxMessageSize) {
        this.channels = channels;
        this.options = options;
        this.headers = headers;
        this.deadline = deadline;
        this.completer = completer;
        this.streamCompleter = streamCompleter;
        this.maxMessageSize = maxMessageSize;
    }

    /** Answers on the calling thread, which also parses the response. */
    <Q extends MessageLite, R, T> T call(
            Rpc<Q, R, T> rpc, Q request, Metadata extraHeaders, @Nullable Duration ownDeadline) {
        EventLoop.requireMayBlock();
        Channel channel = channel(extraHeaders);
        R response;
        if (isTooLarge(request)) {
            throw tooLarge(request);
        }
        try {
            response = ClientCalls.blockingUnaryCall(channel, rpc.method(), options(ownDeadline), request);
        } catch (StatusRuntimeException e) {
            return rpc.read(InferException.of(e));
        }
        return rpc.read(response);
    }

    <Q extends MessageLite, R, T> CompletableFuture<T> start(
            Rpc<Q, R, T> rpc, Q request, Metadata extraHeaders, @Nullable Duration ownDeadline) {
        Channel channel = channel(extraHeaders);
        if (isTooLarge(request)) {
            return CompletableFuture.failedFuture(tooLarge(request));
        }
        return FutureCall.start(rpc, channel.newCall(rpc.method(), options(ownDeadline)), request, completer);
    }

    /** A stream on the next channel; without a deadline, as it lives for as long as its user likes. */
    InferStream stream() {
        return InferStream.open(channel(new Metadata()), options, streamCompleter, message -> {
            if (isTooLarge(message)) {
                throw tooLarge(message);
            }
            return message;
        });
    }

    void close(Duration grace) {
        closed = true;
        channels.forEach(ManagedChannel::shutdown);
        if (EventLoop.isInCallback()) {
            return;
        }
        try {
            await(System.nanoTime() + grace.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channels.forEach(ManagedChannel::shutdownNow);
    }

    private void await(long end) throws InterruptedException {
        for (ManagedChannel channel : channels) {
            boolean unused = channel.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    /** Checked here: past gRPC's own limit, a call whose channel is not connected yet never ends. */
    private boolean isTooLarge(MessageLite request) {
        int size = request.getSerializedSize();
        return size < 0 || size > maxMessageSize;
    }

    private InferException tooLarge(MessageLite request) {
        String size = request.getSerializedSize() < 0 ? "more than 2 GiB" : request.getSerializedSize() + " bytes";
        return new InferException(
                Status.Code.RESOURCE_EXHAUSTED,
                "the request is " + size + " long (expected: at most " + maxMessageSize + ", the maxMessageSize)",
                null);
    }

    private CallOptions options(@Nullable Duration ownDeadline) {
        Duration wait = ownDeadline == null ? deadline : ownDeadline;
        return wait == null ? options : options.withDeadlineAfter(wait);
    }

    private Channel channel(Metadata extraHeaders) {
        if (closed) {
            throw new IllegalStateException("the client is closed");
        }
        Channel channel = channels.get(Math.floorMod(turn.getAndIncrement(), channels.size()));
        if (headers.isEmpty() && extraHeaders.keys().isEmpty()) {
            return channel;
        }
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers(extraHeaders)));
    }

    private Metadata headers(Metadata extraHeaders) {
        Metadata all = Headers.copy(extraHeaders);
        headers.forEach((name, value) -> Headers.put(all, name, value.get()));
        return all;
    }
}
