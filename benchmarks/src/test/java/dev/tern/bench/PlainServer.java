package dev.tern.bench;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelMetadataResponse.TensorMetadata;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A server of the protocol's smallest part, on a free port: ModelMetadata and ModelInfer, no other call. Its models have
 * any name; each has an input and an output whose names hold spaces, shapes with -1, and typed answers.
 */
public final class PlainServer implements AutoCloseable {
    private final Queue<ModelInferRequest> requests = new ConcurrentLinkedQueue<>();
    private final Server server;

    private PlainServer() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(new Service())
                .build()
                .start();
    }

    public static PlainServer start() throws IOException {
        return new PlainServer();
    }

    public String address() {
        return InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getPort();
    }

    public Queue<ModelInferRequest> requests() {
        return requests;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private final class Service extends GRPCInferenceServiceImplBase {
        @Override
        public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> reply) {
            reply.onNext(ModelMetadataResponse.newBuilder()
                    .setName(request.getName())
                    .addInputs(TensorMetadata.newBuilder()
                            .setName("the input")
                            .setDatatype("INT64")
                            .addShape(-1)
                            .addShape(-1))
                    .addOutputs(TensorMetadata.newBuilder()
                            .setName("the output")
                            .setDatatype("INT64")
                            .addShape(-1))
                    .build());
            reply.onCompleted();
        }

        @Override
        public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> reply) {
            requests.add(request);
            reply.onNext(ModelInferResponse.newBuilder()
                    .setModelName(request.getModelName())
                    .addOutputs(InferOutputTensor.newBuilder()
                            .setName("the output")
                            .setDatatype("INT64")
                            .addShape(1)
                            .setContents(InferTensorContents.newBuilder()
                                    .addInt64Contents(
                                            request.getRawInputContents(0).hashCode())))
                    .build());
            reply.onCompleted();
        }
    }
}
