package dev.tern.client;

import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelStreamInferResponse;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An inference server on a free loopback port that infers as told, and notes what it saw. */
final class FakeServer extends FakeMetadata implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;
    private static final Context.Key<Metadata> HEADERS = Context.key("headers");

    final HealthStatusManager health = new HealthStatusManager();
    final Set<SocketAddress> connections = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Seen> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
    private final Server server;
    private volatile Behaviour behaviour;

    private FakeServer(Behaviour behaviour, ServerCredentials credentials) {
        this.behaviour = behaviour;
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        this.server = NettyServerBuilder.forAddress(address, credentials)
                .addService(this)
                .addService(health.getHealthService())
                .intercept(new Note())
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    static FakeServer start(Behaviour behaviour) throws IOException {
        return start(behaviour, InsecureServerCredentials.create());
    }

    static FakeServer start(Behaviour behaviour, ServerCredentials credentials) throws IOException {
        FakeServer fake = new FakeServer(behaviour, credentials);
        fake.server.start();
        return fake;
    }

    int port() {
        return server.getPort();
    }

    String target() {
        return "127.0.0.1:" + port();
    }

    void behave(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    int callsSeen() {
        return calls.size();
    }

    /** The next call that the server saw and nobody has taken yet. */
    Seen nextCall() throws InterruptedException {
        return taken(calls.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "no call came");
    }

    /** The id of the next call that was cancelled. */
    String nextCancelled() throws InterruptedException {
        return taken(cancelled.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "no call was cancelled");
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> reply) {
        ServerCallStreamObserver<ModelInferResponse> observer = (ServerCallStreamObserver<ModelInferResponse>) reply;
        observer.setOnCancelHandler(() -> cancelled.add(request.getId()));
        calls.add(new Seen(request, HEADERS.get(), Context.current().getDeadline() != null));
        behaviour.infer(request, reply);
    }

    /** Answers each request as {@link #modelInfer} does; ends the stream where a request's id is {@code end}. */
    @Override
    public StreamObserver<ModelInferRequest> modelStreamInfer(StreamObserver<ModelStreamInferResponse> replies) {
        ServerCallStreamObserver<ModelStreamInferResponse> observer =
                (ServerCallStreamObserver<ModelStreamInferResponse>) replies;
        observer.setOnCancelHandler(() -> cancelled.add("stream"));
        Metadata headers = HEADERS.get();
        boolean hasDeadline = Context.current().getDeadline() != null;
        return new StreamObserver<>() {
            @Override
            public void onNext(ModelInferRequest request) {
                calls.add(new Seen(request, headers, hasDeadline));
                if (request.getId().equals("end")) {
                    replies.onError(Status.UNAVAILABLE.withDescription("gone").asRuntimeException());
                } else {
                    behaviour.infer(request, new Streamed(replies));
                }
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {
                replies.onCompleted();
            }
        };
    }

    /** One answer on a stream. */
    private static final class Streamed implements StreamObserver<ModelInferResponse> {
        private final StreamObserver<ModelStreamInferResponse> replies;

        Streamed(StreamObserver<ModelStreamInferResponse> replies) {
            this.replies = replies;
        }

        @Override
        public void onNext(ModelInferResponse answer) {
            replies.onNext(ModelStreamInferResponse.newBuilder()
                    .setInferResponse(answer)
                    .build());
        }

        @Override
        public void onError(Throwable error) {
            replies.onNext(ModelStreamInferResponse.newBuilder()
                    .setErrorMessage(String.valueOf(Status.fromThrowable(error).getDescription()))
                    .build());
        }

        @Override
        public void onCompleted() {}
    }

    @Override
    public void close() {
        try {
            server.shutdownNow().awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T taken(@Nullable T value, String failure) {
        if (value == null) {
            throw new AssertionError(failure);
        }
        return value;
    }

    /** What to do with a request. */
    interface Behaviour {
        void infer(ModelInferRequest request, StreamObserver<ModelInferResponse> reply);
    }

    /** A call as the server got it. */
    static final class Seen {
        final ModelInferRequest request;
        final Metadata headers;
        final boolean hasDeadline;

        private Seen(ModelInferRequest request, Metadata headers, boolean hasDeadline) {
            this.request = request;
            this.headers = headers;
            this.hasDeadline = hasDeadline;
        }

        @Nullable
        String header(String name) {
            return headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        }
    }

    /** Notes each call's connection and headers. */
    private final class Note implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            connections.add(taken(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR), "no peer"));
            return Contexts.interceptCall(Context.current().withValue(HEADERS, headers), call, headers, next);
        }
    }
}
