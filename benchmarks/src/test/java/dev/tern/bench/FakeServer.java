package dev.tern.bench;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.tern.proto.inference.InferBatchStatistics;
import dev.tern.proto.inference.InferStatistics;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelConfigResponse;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelMetadataResponse.TensorMetadata;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ModelReadyResponse;
import dev.tern.proto.inference.ModelStatistics;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.inference.ModelStatisticsResponse;
import dev.tern.proto.inference.ModelStreamInferResponse;
import dev.tern.proto.inference.ServerMetadataRequest;
import dev.tern.proto.inference.ServerMetadataResponse;
import dev.tern.proto.inference.StatisticDuration;
import dev.tern.proto.inference.SystemSharedMemoryRegisterRequest;
import dev.tern.proto.inference.SystemSharedMemoryRegisterResponse;
import dev.tern.proto.inference.SystemSharedMemoryUnregisterRequest;
import dev.tern.proto.inference.SystemSharedMemoryUnregisterResponse;
import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real server on a free port with one model, {@code scorer}: three floats and a label a row, answered with the sum of the
 * floats and the label. What it does with its n-th request, from 1, is the test's.
 */
public final class FakeServer implements AutoCloseable {
    public static final String MODEL = "scorer";

    /** Answers, or not. */
    public interface Behaviour {
        void answer(int request, ModelInferRequest content, StreamObserver<ModelInferResponse> reply);
    }

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final Server server;
    private volatile Behaviour behaviour = (request, content, reply) -> score(content, reply);
    private volatile @Nullable Integer maxBatchSize = 64;
    private volatile boolean ready = true;
    private final Map<Integer, Integer> runsByRows = new TreeMap<>();
    private volatile boolean counting;
    private final Map<String, String> regions = new ConcurrentHashMap<>();
    private volatile boolean sharing;

    private FakeServer() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(new Service())
                .addTransportFilter(new ServerTransportFilter() {
                    @Override
                    public Attributes transportReady(Attributes attributes) {
                        connections.incrementAndGet();
                        return attributes;
                    }
                })
                .build()
                .start();
    }

    public static FakeServer start() throws IOException {
        return new FakeServer();
    }

    public FakeServer behaving(Behaviour behaviour) {
        this.behaviour = behaviour;
        return this;
    }

    /** Null leaves ModelConfig unimplemented. */
    public FakeServer maxBatchSize(@Nullable Integer size) {
        maxBatchSize = size;
        return this;
    }

    /** Answers ModelStatistics: each request is a run of its own, 2 ms long after 1 ms in the queue. */
    public FakeServer counting() {
        counting = true;
        return this;
    }

    /** Takes inputs from regions of the machine's shared memory. */
    public FakeServer sharing() {
        sharing = true;
        return this;
    }

    /** How many regions are registered. */
    public int regions() {
        return regions.size();
    }

    public FakeServer notReady() {
        ready = false;
        return this;
    }

    public String address() {
        return InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getPort();
    }

    public int connections() {
        return connections.get();
    }

    /** ModelStreamInfer calls that were begun. */
    public int streams() {
        return streams.get();
    }

    public int requests() {
        return requests.get();
    }

    /** The right answer. */
    public static void score(ModelInferRequest request, StreamObserver<ModelInferResponse> reply) {
        score(request, 0, reply);
    }

    /** An answer whose scores are off. */
    public static void score(ModelInferRequest request, float error, StreamObserver<ModelInferResponse> reply) {
        ByteBuffer features =
                request.getRawInputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int rows = (int) request.getInputs(0).getShape(0);
        ByteBuffer scores = ByteBuffer.allocate(rows * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            scores.putFloat(features.getFloat() + features.getFloat() + features.getFloat() + error);
        }
        reply.onNext(ModelInferResponse.newBuilder()
                .setModelName(MODEL)
                .addOutputs(output("score", "FP32", rows))
                .addOutputs(output("label", "BYTES", rows))
                .addRawOutputContents(ByteString.copyFrom(scores.flip()))
                .addRawOutputContents(request.getRawInputContents(1))
                .build());
        reply.onCompleted();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static InferOutputTensor output(String name, String datatype, int rows) {
        return InferOutputTensor.newBuilder()
                .setName(name)
                .setDatatype(datatype)
                .addShape(rows)
                .addShape(1)
                .build();
    }

    private static TensorMetadata tensor(String name, String datatype, Long... shape) {
        return TensorMetadata.newBuilder()
                .setName(name)
                .setDatatype(datatype)
                .addAllShape(Arrays.asList(shape))
                .build();
    }

    private final class Service extends GRPCInferenceServiceImplBase {
        @Override
        public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> reply) {
            if (!request.getName().equals(MODEL)) {
                reply.onError(Status.NOT_FOUND
                        .withDescription("Request for unknown model: '" + request.getName() + "' is not found")
                        .asRuntimeException());
                return;
            }
            reply.onNext(ModelMetadataResponse.newBuilder()
                    .setName(MODEL)
                    .addVersions("3")
                    .setPlatform("test")
                    .addInputs(tensor("features", "FP32", -1L, 3L))
                    .addInputs(tensor("label", "BYTES", -1L, 1L))
                    .addOutputs(tensor("score", "FP32", -1L, 1L))
                    .addOutputs(tensor("label", "BYTES", -1L, 1L))
                    .build());
            reply.onCompleted();
        }

        @Override
        public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> reply) {
            reply.onNext(ModelReadyResponse.newBuilder().setReady(ready).build());
            reply.onCompleted();
        }

        @Override
        public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> reply) {
            reply.onNext(ServerMetadataResponse.newBuilder()
                    .setName("fake")
                    .setVersion("1.2")
                    .build());
            reply.onCompleted();
        }

        @Override
        public void modelStatistics(ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> reply) {
            if (!counting) {
                super.modelStatistics(request, reply);
                return;
            }
            reply.onNext(ModelStatisticsResponse.newBuilder()
                    .addModelStats(statistics())
                    .build());
            reply.onCompleted();
        }

        private ModelStatistics statistics() {
            ModelStatistics.Builder statistics = ModelStatistics.newBuilder().setName(MODEL);
            synchronized (runsByRows) {
                runsByRows.forEach((rows, runs) -> statistics
                        .setExecutionCount(statistics.getExecutionCount() + runs)
                        .setInferenceCount(statistics.getInferenceCount() + rows * runs)
                        .addBatchStats(InferBatchStatistics.newBuilder()
                                .setBatchSize(rows)
                                .setComputeInfer(times(runs, 2_000_000))));
            }
            return statistics
                    .setInferenceStats(
                            InferStatistics.newBuilder().setQueue(times(statistics.getExecutionCount(), 1_000_000)))
                    .build();
        }

        private static StatisticDuration times(long count, long nanosEach) {
            return StatisticDuration.newBuilder()
                    .setCount(count)
                    .setNs(count * nanosEach)
                    .build();
        }

        @Override
        public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> reply) {
            Integer size = maxBatchSize;
            if (size == null) {
                super.modelConfig(request, reply);
                return;
            }
            ModelConfig config = ModelConfig.newBuilder().setMaxBatchSize(size).build();
            reply.onNext(ModelConfigResponse.newBuilder().setConfig(config).build());
            reply.onCompleted();
        }

        @Override
        public void systemSharedMemoryRegister(
                SystemSharedMemoryRegisterRequest request, StreamObserver<SystemSharedMemoryRegisterResponse> reply) {
            if (!sharing) {
                super.systemSharedMemoryRegister(request, reply);
                return;
            }
            regions.put(request.getName(), request.getKey());
            reply.onNext(SystemSharedMemoryRegisterResponse.getDefaultInstance());
            reply.onCompleted();
        }

        @Override
        public void systemSharedMemoryUnregister(
                SystemSharedMemoryUnregisterRequest request,
                StreamObserver<SystemSharedMemoryUnregisterResponse> reply) {
            regions.remove(request.getName());
            reply.onNext(SystemSharedMemoryUnregisterResponse.getDefaultInstance());
            reply.onCompleted();
        }

        private ModelInferRequest whole(ModelInferRequest request) {
            if (request.getInputs(0).getParametersCount() == 0) {
                return request;
            }
            ModelInferRequest.Builder whole = request.toBuilder();
            request.getInputsList().forEach(each -> whole.addRawInputContents(shared(each)));
            return whole.build();
        }

        private ByteString shared(ModelInferRequest.InferInputTensor input) {
            String key = regions.get(
                    input.getParametersOrThrow("shared_memory_region").getStringParam());
            try {
                byte[] bytes = Files.readAllBytes(Path.of("/dev/shm", String.valueOf(key)));
                int from =
                        (int) input.getParametersOrThrow("shared_memory_offset").getInt64Param();
                return ByteString.copyFrom(bytes, from, (int)
                        input.getParametersOrThrow("shared_memory_byte_size").getInt64Param());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> reply) {
            synchronized (runsByRows) {
                runsByRows.merge((int) request.getInputs(0).getShape(0), 1, Integer::sum);
            }
            behaviour.answer(requests.incrementAndGet(), whole(request), reply);
        }

        /** Answers as {@link #modelInfer}, in the order in which the behaviour does. */
        @Override
        public StreamObserver<ModelInferRequest> modelStreamInfer(StreamObserver<ModelStreamInferResponse> replies) {
            streams.incrementAndGet();
            return new StreamObserver<>() {
                @Override
                public void onNext(ModelInferRequest request) {
                    modelInfer(request, new Streamed(replies));
                }

                @Override
                public void onError(Throwable error) {}

                @Override
                public void onCompleted() {
                    replies.onCompleted();
                }
            };
        }
    }

    /** One answer on a stream: a status with the code ABORTED ends it, any other failure is an error of its request. */
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
            Status status = Status.fromThrowable(error);
            if (status.getCode() == Status.Code.ABORTED) {
                replies.onError(error);
            } else {
                replies.onNext(ModelStreamInferResponse.newBuilder()
                        .setErrorMessage(String.valueOf(status.getDescription()))
                        .build());
            }
        }

        @Override
        public void onCompleted() {}
    }
}
