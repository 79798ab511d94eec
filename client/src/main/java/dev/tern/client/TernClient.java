package dev.tern.client;

import com.google.protobuf.MessageLite;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ModelStatistics;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.proto.inference.ServerMetadataRequest;
import dev.tern.proto.inference.ServerReadyRequest;
import io.grpc.Metadata;
import io.grpc.health.v1.HealthCheckRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A connection to one or several inference servers. Made once, shared by all threads, closed at the end.
 *
 * <p><b>Failure.</b> A call that is not answered throws {@link InferException}, or completes its future with one. A call
 * on a closed client throws {@link IllegalStateException}.
 *
 * <p><b>Blocking calls</b> parse the answer on the calling thread. When that thread is interrupted, the call is cancelled
 * and fails with {@code CANCELLED}, the interrupt flag set.
 *
 * <p><b>Futures</b> are completed on gRPC's event loop, which also parses the answer: no thread is switched, and no
 * other call on the connection goes on until what hangs on the future is done. So callbacks must be short and must not
 * block (a blocking call of this client there throws {@link IllegalStateException}); give longer work to an executor of
 * your own, with {@code thenApplyAsync(function, executor)}, or all of it with
 * {@link TernClientBuilder#callbackExecutor}. Cancelling a future, or completing it in any other way such as
 * {@code orTimeout}, cancels the call, also on the server.
 */
public final class TernClient implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Metadata NO_HEADERS = new Metadata();

    private final Transport transport;
    private final boolean retries;

    TernClient(Transport transport, boolean retries) {
        this.transport = transport;
        this.retries = retries;
    }

    /**
     * Starts a client of one target: {@code host:port}, whose host may be a DNS name of many addresses, or any other
     * target that gRPC knows, such as {@code dns:///ranker.internal:8001}. Calls take turns over all its addresses.
     *
     * @throws IllegalArgumentException when the port is not one from 1 to 65535
     */
    public static TernClientBuilder builder(String target) {
        return new TernClientBuilder(List.of(target));
    }

    /**
     * Starts a client of several servers that are alike. Calls take turns over those that can be reached.
     *
     * @param targets one or more; where more, each {@code host:port}
     * @throws IllegalArgumentException when there is none, a port is not one from 1 to 65535, or one of several is
     *     something else than a host and a port
     */
    public static TernClientBuilder builder(List<String> targets) {
        return new TernClientBuilder(targets);
    }

    /**
     * Runs one inference.
     *
     * @throws InferException when it fails; {@link InferException#isDeadlineExceeded} tells that it took too long
     * @throws IllegalArgumentException for a request of a sequence, when this client sends calls again
     */
    public InferResult infer(InferRequest request) {
        return transport.call(Rpc.INFER, message(request), request.headers(), request.deadline());
    }

    /** As {@link #infer}, without waiting. */
    public CompletableFuture<InferResult> inferAsync(InferRequest request) {
        return transport.start(Rpc.INFER, message(request), request.headers(), request.deadline());
    }

    /**
     * Opens a stream of requests, with the client's headers and no deadline. Many requests one after the other, or many in
     * flight at a time, cost less on it than as calls. {@link #close} waits for it as for a call in flight.
     */
    public InferStream stream() {
        return transport.stream();
    }

    /** The inputs and outputs of the model's newest version. */
    public ModelMetadata modelMetadata(String model) {
        return modelMetadata(model, "");
    }

    /** The inputs and outputs of one version; empty stands for the newest. */
    public ModelMetadata modelMetadata(String model, String version) {
        return call(Rpc.MODEL_METADATA, modelMetadataRequest(model, version));
    }

    /** As {@link #modelMetadata(String, String)}, without waiting. */
    public CompletableFuture<ModelMetadata> modelMetadataAsync(String model, String version) {
        return start(Rpc.MODEL_METADATA, modelMetadataRequest(model, version));
    }

    /** The configuration in force of the model's newest version (an extension of Triton's). */
    public ModelConfig modelConfig(String model) {
        return modelConfig(model, "");
    }

    /** The configuration in force of one version; empty stands for the newest. */
    public ModelConfig modelConfig(String model, String version) {
        return call(Rpc.MODEL_CONFIG, modelConfigRequest(model, version));
    }

    /** As {@link #modelConfig(String, String)}, without waiting. */
    public CompletableFuture<ModelConfig> modelConfigAsync(String model, String version) {
        return start(Rpc.MODEL_CONFIG, modelConfigRequest(model, version));
    }

    /** What the server counts of all versions of a model, or of all models where the name is empty (Triton's extension). */
    public List<ModelStatistics> modelStatistics(String model) {
        return modelStatistics(model, "");
    }

    /** What the server counts of one version of a model; empty stands for all. */
    public List<ModelStatistics> modelStatistics(String model, String version) {
        return call(Rpc.MODEL_STATISTICS, modelStatisticsRequest(model, version));
    }

    /** As {@link #modelStatistics(String, String)}, without waiting. */
    public CompletableFuture<List<ModelStatistics>> modelStatisticsAsync(String model, String version) {
        return start(Rpc.MODEL_STATISTICS, modelStatisticsRequest(model, version));
    }

    /** The server's name, version and extensions. */
    public ServerMetadata serverMetadata() {
        return call(Rpc.SERVER_METADATA, ServerMetadataRequest.getDefaultInstance());
    }

    /** As {@link #serverMetadata}, without waiting. */
    public CompletableFuture<ServerMetadata> serverMetadataAsync() {
        return start(Rpc.SERVER_METADATA, ServerMetadataRequest.getDefaultInstance());
    }

    /** Whether the server answers; false also when it is {@code UNAVAILABLE}. */
    public boolean isLive() {
        return call(Rpc.LIVE, ServerLiveRequest.getDefaultInstance());
    }

    /** As {@link #isLive}, without waiting. */
    public CompletableFuture<Boolean> isLiveAsync() {
        return start(Rpc.LIVE, ServerLiveRequest.getDefaultInstance());
    }

    /** Whether the server should be sent requests; false also when it is {@code UNAVAILABLE}. */
    public boolean isReady() {
        return call(Rpc.READY, ServerReadyRequest.getDefaultInstance());
    }

    /** As {@link #isReady}, without waiting. */
    public CompletableFuture<Boolean> isReadyAsync() {
        return start(Rpc.READY, ServerReadyRequest.getDefaultInstance());
    }

    /** Whether some version of the model answers. See {@link #isModelReady(String, String)}. */
    public boolean isModelReady(String model) {
        return isModelReady(model, "");
    }

    /**
     * Whether this version answers (empty: the newest); false also when the server or the version is
     * {@code UNAVAILABLE}.
     *
     * @throws InferException with {@code NOT_FOUND} when the server knows no such model or version
     */
    public boolean isModelReady(String model, String version) {
        return call(Rpc.MODEL_READY, modelReadyRequest(model, version));
    }

    /** As {@link #isModelReady(String, String)}, without waiting. */
    public CompletableFuture<Boolean> isModelReadyAsync(String model, String version) {
        return start(Rpc.MODEL_READY, modelReadyRequest(model, version));
    }

    /** The server's health by {@code grpc.health.v1}. */
    public HealthStatus health() {
        return health("");
    }

    /** The health of one service of the server (in Tern, a model by its name); empty stands for the server. */
    public HealthStatus health(String service) {
        return call(Rpc.HEALTH, healthRequest(service));
    }

    /** As {@link #health(String)}, without waiting. */
    public CompletableFuture<HealthStatus> healthAsync(String service) {
        return start(Rpc.HEALTH, healthRequest(service));
    }

    /** Takes no more calls, waits up to 5 seconds for those in flight, then cancels them. */
    @Override
    public void close() {
        close(GRACE);
    }

    /** As {@link #close()}, waiting up to {@code grace}; called from a future's callback, lets them finish and returns. */
    public void close(Duration grace) {
        transport.close(grace);
    }

    private <Q extends MessageLite, R, T> T call(Rpc<Q, R, T> rpc, Q request) {
        return transport.call(rpc, request, NO_HEADERS, null);
    }

    private <Q extends MessageLite, R, T> CompletableFuture<T> start(Rpc<Q, R, T> rpc, Q request) {
        return transport.start(rpc, request, NO_HEADERS, null);
    }

    private ModelInferRequest message(InferRequest request) {
        if (retries && request.isStateful()) {
            throw new IllegalArgumentException("a request with a sequence_id must not be sent twice"
                    + " (expected: a client built with retry(RetryPolicy.none()))");
        }
        return request.message();
    }

    private static ModelMetadataRequest modelMetadataRequest(String model, String version) {
        return ModelMetadataRequest.newBuilder()
                .setName(model)
                .setVersion(version)
                .build();
    }

    private static ModelConfigRequest modelConfigRequest(String model, String version) {
        return ModelConfigRequest.newBuilder()
                .setName(model)
                .setVersion(version)
                .build();
    }

    private static ModelStatisticsRequest modelStatisticsRequest(String model, String version) {
        return ModelStatisticsRequest.newBuilder()
                .setName(model)
                .setVersion(version)
                .build();
    }

    private static ModelReadyRequest modelReadyRequest(String model, String version) {
        return ModelReadyRequest.newBuilder().setName(model).setVersion(version).build();
    }

    private static HealthCheckRequest healthRequest(String service) {
        return HealthCheckRequest.newBuilder().setService(service).build();
    }
}
