package dev.tern.client;

import com.google.protobuf.ByteString;
import dev.tern.client.FakeServer.Behaviour;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Ways for a server to answer. */
final class Behaviours {
    private Behaviours() {}

    /** Answers each input as an output of the same name. */
    static Behaviour echo() {
        return (request, reply) -> answer(reply, echoOf(request));
    }

    /** As {@link #echo}, once {@code gate} is complete. */
    static Behaviour echoAfter(CompletableFuture<?> gate) {
        return (request, reply) -> {
            CompletableFuture<Void> unused = gate.thenRun(() -> answer(reply, echoOf(request)));
        };
    }

    /** Never answers. */
    static Behaviour silence() {
        return (request, reply) -> {};
    }

    /** Fails every call. */
    static Behaviour failing(Status status) {
        return failing(Integer.MAX_VALUE, status, new Metadata());
    }

    /** Fails the first calls, then echoes. */
    static Behaviour failing(int times, Status status, Metadata trailers) {
        AtomicInteger left = new AtomicInteger(times);
        return (request, reply) -> {
            if (left.getAndDecrement() > 0) {
                reply.onError(status.asRuntimeException(trailers));
            } else {
                answer(reply, echoOf(request));
            }
        };
    }

    /** Always answers the same. */
    static Behaviour answering(ModelInferResponse response) {
        return (request, reply) -> answer(reply, response);
    }

    /** Answers one output {@code y} of typed contents. */
    static Behaviour answeringTyped(String datatype, InferTensorContents contents, long... shape) {
        InferOutputTensor.Builder output = InferOutputTensor.newBuilder()
                .setName("y")
                .setDatatype(datatype)
                .setContents(contents);
        for (long dimension : shape) {
            output.addShape(dimension);
        }
        return answering(ModelInferResponse.newBuilder().addOutputs(output).build());
    }

    /** Answers one output {@code y} of these raw bytes. */
    static Behaviour answeringRaw(String datatype, ByteString raw, long... shape) {
        InferOutputTensor.Builder output =
                InferOutputTensor.newBuilder().setName("y").setDatatype(datatype);
        for (long dimension : shape) {
            output.addShape(dimension);
        }
        return answering(ModelInferResponse.newBuilder()
                .addOutputs(output)
                .addRawOutputContents(raw)
                .build());
    }

    private static ModelInferResponse echoOf(ModelInferRequest request) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(request.getModelName())
                .setModelVersion(request.getModelVersion())
                .setId(request.getId())
                .putAllParameters(request.getParametersMap())
                .addAllRawOutputContents(request.getRawInputContentsList());
        for (InferInputTensor input : request.getInputsList()) {
            response.addOutputsBuilder()
                    .setName(input.getName())
                    .setDatatype(input.getDatatype())
                    .addAllShape(input.getShapeList());
        }
        return response.build();
    }

    private static void answer(StreamObserver<ModelInferResponse> reply, ModelInferResponse response) {
        reply.onNext(response);
        reply.onCompleted();
    }
}
