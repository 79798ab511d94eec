package dev.tern.bench.target;

import dev.tern.bench.measure.ServerCounts;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.inference.ModelStatisticsResponse;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.proto.inference.ServerMetadataRequest;
import dev.tern.proto.inference.ServerMetadataResponse;
import dev.tern.proto.inference.SystemSharedMemoryRegisterRequest;
import dev.tern.proto.inference.SystemSharedMemoryUnregisterRequest;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The calls that tell about the server itself; servers may lack both. */
final class ServerQuestions {
    private static final long LOAD_SECONDS = 60;

    private final Channel channel;

    ServerQuestions(Channel channel) {
        this.channel = channel;
    }

    /** Blocks. */
    ServerInfo info() {
        try {
            ServerMetadataResponse answer = GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(Target.SETUP_SECONDS, TimeUnit.SECONDS)
                    .serverMetadata(ServerMetadataRequest.getDefaultInstance());
            return new ServerInfo(answer.getName(), answer.getVersion());
        } catch (StatusRuntimeException e) {
            return ServerInfo.UNKNOWN;
        }
    }

    /** Blocks. */
    void load(String model) {
        try {
            Object unused = GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(LOAD_SECONDS, TimeUnit.SECONDS)
                    .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                            .setModelName(model)
                            .build());
        } catch (StatusRuntimeException e) {
            throw new TargetException("model '%s' was not loaded: %s".formatted(model, Reason.of(e.getStatus())));
        }
    }

    /** Blocks. */
    void share(String name, long bytes) {
        try {
            Object unused = GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(Target.SETUP_SECONDS, TimeUnit.SECONDS)
                    .systemSharedMemoryRegister(SystemSharedMemoryRegisterRequest.newBuilder()
                            .setName(name)
                            .setKey("/" + name)
                            .setByteSize(bytes)
                            .build());
        } catch (StatusRuntimeException e) {
            throw new TargetException("the server takes no shared memory: " + Reason.of(e.getStatus()));
        }
    }

    /** Blocks. */
    void unshare(String name) {
        try {
            Object unused = GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(Target.SETUP_SECONDS, TimeUnit.SECONDS)
                    .systemSharedMemoryUnregister(SystemSharedMemoryUnregisterRequest.newBuilder()
                            .setName(name)
                            .build());
        } catch (StatusRuntimeException e) {
            throw new TargetException("shared memory was not given back: " + Reason.of(e.getStatus()));
        }
    }

    /** Asks and returns at once; the answer comes on an event loop. */
    CompletableFuture<ServerCounts> counts(String model, String version) {
        CompletableFuture<ServerCounts> counts = new CompletableFuture<>();
        ModelStatisticsRequest request = ModelStatisticsRequest.newBuilder()
                .setName(model)
                .setVersion(version)
                .build();
        GRPCInferenceServiceGrpc.newStub(channel)
                .withDeadlineAfter(Target.SETUP_SECONDS, TimeUnit.SECONDS)
                .modelStatistics(request, new StreamObserver<>() {
                    @Override
                    public void onNext(ModelStatisticsResponse answer) {
                        counts.complete(Statistics.counts(answer));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        counts.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        counts.completeExceptionally(new IllegalStateException("no answer"));
                    }
                });
        return counts;
    }
}
