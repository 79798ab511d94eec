package dev.tern.bench.target;

import dev.tern.bench.tensor.TensorInfo;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelMetadataResponse.TensorMetadata;
import dev.tern.proto.inference.ModelReadyRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** The calls that describe a model; blocking, before the load. */
final class ModelQuestions {
    private final HostPort address;
    private final Channel channel;

    ModelQuestions(HostPort address, Channel channel) {
        this.address = address;
        this.channel = channel;
    }

    ModelInfo ask(String model, String version) {
        ModelMetadataResponse metadata = metadata(model, version);
        requireReady(model, version);
        return new ModelInfo(
                model,
                metadata.getPlatform(),
                metadata.getVersionsList(),
                tensors(metadata.getInputsList()),
                tensors(metadata.getOutputsList()),
                maxBatchSize(model, version));
    }

    private ModelMetadataResponse metadata(String model, String version) {
        try {
            return stub().modelMetadata(ModelMetadataRequest.newBuilder()
                    .setName(model)
                    .setVersion(version)
                    .build());
        } catch (StatusRuntimeException e) {
            throw new TargetException(explain(model, e.getStatus()));
        }
    }

    private String explain(String model, Status status) {
        Status.Code code = status.getCode();
        if (code == Status.Code.NOT_FOUND) {
            return "%s has no model '%s': %s".formatted(address, model, Reason.of(status));
        }
        if (code == Status.Code.UNIMPLEMENTED) {
            return "%s does not implement ModelMetadata: is it an Open Inference Protocol server?".formatted(address);
        }
        return "%s did not describe model '%s': %s: %s".formatted(address, model, code, Reason.of(status));
    }

    private void requireReady(String model, String version) {
        String reason = "";
        try {
            ModelReadyRequest request = ModelReadyRequest.newBuilder()
                    .setName(model)
                    .setVersion(version)
                    .build();
            if (stub().modelReady(request).getReady()) {
                return;
            }
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                return;
            }
            reason = ": " + Reason.of(e.getStatus());
        }
        throw new TargetException("model '%s' on %s is not ready%s".formatted(model, address, reason));
    }

    /** An extension that many servers lack; whatever it fails with, the load does not need it. */
    private OptionalInt maxBatchSize(String model, String version) {
        try {
            ModelConfigRequest request = ModelConfigRequest.newBuilder()
                    .setName(model)
                    .setVersion(version)
                    .build();
            return OptionalInt.of(stub().modelConfig(request).getConfig().getMaxBatchSize());
        } catch (StatusRuntimeException e) {
            return OptionalInt.empty();
        }
    }

    private GRPCInferenceServiceBlockingStub stub() {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(Target.SETUP_SECONDS, TimeUnit.SECONDS);
    }

    private static List<TensorInfo> tensors(List<TensorMetadata> described) {
        return described.stream()
                .map(each -> new TensorInfo(each.getName(), each.getDatatype(), each.getShapeList()))
                .toList();
    }
}
