package dev.tern.server.rpc;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.tensor.Tensor;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Callers in a closed loop within the server's own process. Opened, ended and closed by one thread. */
final class OwnCallers implements AutoCloseable {
    private static final int CONNECTIONS = 2;
    private static final int CALLERS = 32;

    /** Under way at once: a warm-up must not need more memory than the work it prepares for. */
    private static final int MOST_BYTES = 16 << 20;

    private static final long LAST_ANSWERS_SECONDS = 10;

    private final List<ManagedChannel> channels;
    private volatile CountDownLatch calling = new CountDownLatch(0);
    private final LongAdder answered = new LongAdder();
    private final AtomicInteger next = new AtomicInteger();
    private volatile List<ModelInferRequest> requests = List.of();
    private volatile boolean ended;

    OwnCallers(String host, int port) {
        channels = Stream.generate(() -> NettyChannelBuilder.forAddress(host, port)
                        .usePlaintext()
                        .directExecutor()
                        .disableRetry()
                        .maxInboundMessageSize(Integer.MAX_VALUE)
                        .build())
                .limit(CONNECTIONS)
                .toList();
    }

    /**
     * Tries each sample once and begins to call with those that are answered; false if none is. Blocks.
     *
     * @param leftNanos how much time is left for it, at any moment
     */
    boolean begin(String model, List<List<Tensor>> samples, LongSupplier leftNanos) {
        requests = samples.stream()
                .map(inputs -> request(model, inputs))
                .filter(request -> isTaken(request, leftNanos.getAsLong()))
                .toList();
        if (requests.isEmpty()) {
            return false;
        }
        int largest = requests.stream()
                .mapToInt(ModelInferRequest::getSerializedSize)
                .max()
                .orElseThrow();
        int callers = Math.min(CALLERS, 1 + MOST_BYTES / largest);
        calling = new CountDownLatch(callers);
        for (int i = 0; i < callers; i++) {
            new Caller(GRPCInferenceServiceGrpc.newStub(channels.get(i % CONNECTIONS))).call();
        }
        return true;
    }

    private boolean isTaken(ModelInferRequest request, long nanos) {
        if (nanos <= 0) {
            return false;
        }
        try {
            ModelInferResponse unused = GRPCInferenceServiceGrpc.newBlockingStub(channels.get(0))
                    .withDeadlineAfter(nanos, TimeUnit.NANOSECONDS)
                    .modelInfer(request);
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /** Answers so far. */
    long answered() {
        return answered.sum();
    }

    /** Blocks for so long, or until no caller calls any more; whether that is so. */
    boolean haveEnded(long nanos) {
        try {
            return calling.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Lets each caller get its last answer; returns how many answers there were. */
    long end() {
        ended = true;
        boolean unused = haveEnded(TimeUnit.SECONDS.toNanos(LAST_ANSWERS_SECONDS));
        return answered();
    }

    @Override
    public void close() {
        ended = true;
        channels.forEach(ManagedChannel::shutdownNow);
    }

    private static ModelInferRequest request(String model, List<Tensor> inputs) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model);
        for (Tensor input : inputs) {
            InferInputTensor.Builder described = InferInputTensor.newBuilder()
                    .setName(input.name())
                    .setDatatype(input.type().name());
            for (int axis = 0; axis < input.shape().rank(); axis++) {
                described.addShape(input.shape().dim(axis));
            }
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(input.data().size()));
            input.data().copyTo(0, bytes);
            request.addInputs(described).addRawInputContents(ByteString.copyFrom(bytes.flip()));
        }
        return request.build();
    }

    private final class Caller implements StreamObserver<ModelInferResponse> {
        private final GRPCInferenceServiceStub stub;

        Caller(GRPCInferenceServiceStub stub) {
            this.stub = stub;
        }

        void call() {
            if (ended) {
                calling.countDown();
            } else {
                List<ModelInferRequest> all = requests;
                stub.modelInfer(all.get(Math.floorMod(next.getAndIncrement(), all.size())), this);
            }
        }

        @Override
        public void onNext(ModelInferResponse response) {
            answered.increment();
        }

        @Override
        public void onCompleted() {
            call();
        }

        /** A model that fails, or is overloaded by its own warm-up, is left in peace. */
        @Override
        public void onError(Throwable failure) {
            calling.countDown();
        }
    }
}
