package dev.tern.client;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelConfigResponse;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ModelReadyResponse;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.inference.ModelStatisticsResponse;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.proto.inference.ServerLiveResponse;
import dev.tern.proto.inference.ServerMetadataRequest;
import dev.tern.proto.inference.ServerMetadataResponse;
import dev.tern.proto.inference.ServerReadyRequest;
import dev.tern.proto.inference.ServerReadyResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** A server that is live, not ready, and has one model: {@code ranker} with version 3 ready and version 4 not. */
abstract class FakeMetadata extends GRPCInferenceServiceImplBase {
    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> reply) {
        answer(reply, ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> reply) {
        answer(reply, ServerReadyResponse.newBuilder().setReady(false).build());
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> reply) {
        answer(
                reply,
                ServerMetadataResponse.newBuilder()
                        .setName("fake")
                        .setVersion("1.2")
                        .addExtensions("binary_tensor_data")
                        .build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> reply) {
        if (request.getVersion().equals("4")) {
            reply.onError(Status.UNAVAILABLE.asRuntimeException());
        } else if (isKnown(request.getName(), reply)) {
            answer(reply, ModelReadyResponse.newBuilder().setReady(true).build());
        }
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> reply) {
        if (isKnown(request.getName(), reply)) {
            ModelMetadataResponse.Builder response = ModelMetadataResponse.newBuilder()
                    .setName(request.getName())
                    .addVersions(request.getVersion().isEmpty() ? "3" : request.getVersion())
                    .setPlatform("onnxruntime_onnx");
            response.addInputsBuilder()
                    .setName("dense")
                    .setDatatype("FP32")
                    .addShape(-1)
                    .addShape(13);
            response.addOutputsBuilder()
                    .setName("probability")
                    .setDatatype("FP32")
                    .addShape(-1);
            answer(reply, response.build());
        }
    }

    @Override
    public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> reply) {
        if (isKnown(request.getName(), reply)) {
            ModelConfig config = ModelConfig.newBuilder()
                    .setName(request.getName())
                    .setMaxBatchSize(64)
                    .build();
            answer(reply, ModelConfigResponse.newBuilder().setConfig(config).build());
        }
    }

    @Override
    public void modelStatistics(ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> reply) {
        if (isKnown(request.getName(), reply)) {
            ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
            if (!request.getVersion().equals("4")) {
                response.addModelStatsBuilder().setVersion("3").setInferenceCount(200);
            }
            if (!request.getVersion().equals("3")) {
                response.addModelStatsBuilder().setVersion("4");
            }
            answer(reply, response.build());
        }
    }

    private static boolean isKnown(String model, StreamObserver<?> reply) {
        if (model.equals("ranker")) {
            return true;
        }
        reply.onError(Status.NOT_FOUND
                .withDescription("Request for unknown model: '" + model + "' is not found")
                .asRuntimeException());
        return false;
    }

    private static <T> void answer(StreamObserver<T> reply, T response) {
        reply.onNext(response);
        reply.onCompleted();
    }
}
