package dev.tern.bench.floor;

import com.google.protobuf.MessageLite;
import dev.tern.bench.process.ServerProcess;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a server answers about a model and to one request, for the echo to say the same. */
final class Answers {
    private Answers() {}

    /** Has the answers written to {@code directory}: a program's arguments, each method's name and its file. */
    static List<String> record(ServerProcess server, ModelInferRequest request, Path directory) throws IOException {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
        try {
            List<String> arguments = new ArrayList<>();
            for (Map.Entry<String, MessageLite> each : answers(channel, request).entrySet()) {
                Path file = directory.resolve(each.getKey());
                Files.write(file, each.getValue().toByteArray());
                arguments.addAll(List.of(each.getKey(), file.toString()));
            }
            return arguments;
        } finally {
            channel.shutdownNow();
        }
    }

    private static Map<String, MessageLite> answers(ManagedChannel channel, ModelInferRequest request) {
        GRPCInferenceServiceBlockingStub stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
        String model = request.getModelName();
        Map<String, MessageLite> answers = new LinkedHashMap<>();
        answers.put("ServerLive", stub.serverLive(ServerLiveRequest.getDefaultInstance()));
        answers.put(
                "ModelReady",
                stub.modelReady(ModelReadyRequest.newBuilder().setName(model).build()));
        answers.put(
                "ModelMetadata",
                stub.modelMetadata(
                        ModelMetadataRequest.newBuilder().setName(model).build()));
        answers.put(
                "ModelConfig",
                stub.modelConfig(ModelConfigRequest.newBuilder().setName(model).build()));
        // Where answers are kept, the second is what all the others will be.
        Object unused = stub.modelInfer(request);
        answers.put("ModelInfer", stub.modelInfer(request));
        return answers;
    }
}
