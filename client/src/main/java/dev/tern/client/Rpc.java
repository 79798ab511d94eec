package dev.tern.client;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelConfigResponse;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ModelReadyResponse;
import dev.tern.proto.inference.ModelStatistics;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.inference.ModelStatisticsResponse;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.proto.inference.ServerLiveResponse;
import dev.tern.proto.inference.ServerMetadataRequest;
import dev.tern.proto.inference.ServerMetadataResponse;
import dev.tern.proto.inference.ServerReadyRequest;
import dev.tern.proto.inference.ServerReadyResponse;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import java.util.List;
import java.util.function.Function;

/**
 * A call and what to make of its answer.
 *
 * @param <Q> the request's message
 * @param <R> the response's message
 * @param <T> what the caller gets
 */
final class Rpc<Q, R, T> {
    static final Rpc<ModelInferRequest, ModelInferResponse, InferResult> INFER =
            of(GRPCInferenceServiceGrpc.getModelInferMethod(), InferResult::of);
    static final Rpc<ModelMetadataRequest, ModelMetadataResponse, ModelMetadata> MODEL_METADATA =
            of(GRPCInferenceServiceGrpc.getModelMetadataMethod(), ModelMetadata::new);
    static final Rpc<ModelConfigRequest, ModelConfigResponse, ModelConfig> MODEL_CONFIG =
            of(GRPCInferenceServiceGrpc.getModelConfigMethod(), ModelConfigResponse::getConfig);
    static final Rpc<ModelStatisticsRequest, ModelStatisticsResponse, List<ModelStatistics>> MODEL_STATISTICS =
            of(GRPCInferenceServiceGrpc.getModelStatisticsMethod(), ModelStatisticsResponse::getModelStatsList);
    static final Rpc<ServerMetadataRequest, ServerMetadataResponse, ServerMetadata> SERVER_METADATA =
            of(GRPCInferenceServiceGrpc.getServerMetadataMethod(), ServerMetadata::new);
    static final Rpc<ServerLiveRequest, ServerLiveResponse, Boolean> LIVE = of(
                    GRPCInferenceServiceGrpc.getServerLiveMethod(), ServerLiveResponse::getLive)
            .reading(Status.Code.UNAVAILABLE, false);
    static final Rpc<ServerReadyRequest, ServerReadyResponse, Boolean> READY = of(
                    GRPCInferenceServiceGrpc.getServerReadyMethod(), ServerReadyResponse::getReady)
            .reading(Status.Code.UNAVAILABLE, false);
    static final Rpc<ModelReadyRequest, ModelReadyResponse, Boolean> MODEL_READY = of(
                    GRPCInferenceServiceGrpc.getModelReadyMethod(), ModelReadyResponse::getReady)
            .reading(Status.Code.UNAVAILABLE, false);
    static final Rpc<HealthCheckRequest, HealthCheckResponse, HealthStatus> HEALTH = of(
                    HealthGrpc.getCheckMethod(), HealthStatus::of)
            .reading(Status.Code.NOT_FOUND, HealthStatus.SERVICE_UNKNOWN);

    private final MethodDescriptor<Q, R> method;
    private final Function<R, T> reader;
    private final Function<InferException, T> errorReader;

    private Rpc(MethodDescriptor<Q, R> method, Function<R, T> reader, Function<InferException, T> errorReader) {
        this.method = method;
        this.reader = reader;
        this.errorReader = errorReader;
    }

    static <Q, R, T> Rpc<Q, R, T> of(MethodDescriptor<Q, R> method, Function<R, T> reader) {
        return new Rpc<>(method, reader, error -> {
            throw error;
        });
    }

    /** The same, but a status of {@code code} is an answer. */
    private Rpc<Q, R, T> reading(Status.Code code, T answer) {
        return new Rpc<>(method, reader, error -> {
            if (error.code() == code) {
                return answer;
            }
            throw error;
        });
    }

    MethodDescriptor<Q, R> method() {
        return method;
    }

    /** What the caller gets for this response; throws {@link InferException} when it breaks the protocol. */
    T read(R response) {
        return reader.apply(response);
    }

    /** What the caller gets for this failure, where that is an answer; throws it where not. */
    T read(InferException error) {
        return errorReader.apply(error);
    }
}
