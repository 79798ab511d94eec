package dev.tern.server.rpc;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.rpc.wire.CacheParameter;
import dev.tern.server.tensor.Tensor;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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

    /** A model that takes longer for one request gains nothing by compiled code around it. */
    private static final long FIRST_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Each caller is to get so many answers in the time that is left. */
    private static final int LEAST_ANSWERS = 4;

    private final List<ManagedChannel> channels;
    private volatile CountDownLatch calling = new CountDownLatch(0);
    private final LongAdder answered = new LongAdder();
    private final AtomicInteger next = new AtomicInteger();
    private volatile List<ModelInferRequest> requests = List.of();
    private volatile LongSupplier left = () -> 0;
    private volatile boolean ended;

    OwnCallers(String host, int port) {
        channels = Stream.generate(() -> NettyChannelBuilder.forAddress(host, port)
                        .usePlaintext()
                        .directExecutor()
                        .disableRetry()
                        .maxInboundMessageSize(Integer.MAX_VALUE)
                        .withOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                        .build())
                .limit(CONNECTIONS)
                .toList();
    }

    /**
     * Tries each sample once and begins to call with those that are answered; false if none is. Blocks.
     *
     * @param cached whether answers are kept: then every other request does without, so that the model runs, too
     * @param leftNanos how much time is left for it, at any moment
     */
    boolean begin(String model, List<List<Tensor>> samples, boolean cached, LongSupplier leftNanos) {
        left = leftNanos;
        List<ModelInferRequest> taken = new ArrayList<>();
        long largest = 1;
        long slowest = 1;
        for (List<Tensor> inputs : samples) {
            ModelInferRequest sample = request(model, inputs);
            ModelInferRequest request = cached ? bypassing(sample) : sample;
            long before = leftNanos.getAsLong();
            int answer = answerBytes(request, before);
            if (answer >= 0) {
                taken.add(request);
                if (cached) {
                    taken.add(sample);
                }
                largest = Math.max(largest, request.getSerializedSize() + (long) answer);
                slowest = Math.max(slowest, before - leftNanos.getAsLong());
            }
        }
        requests = List.copyOf(taken);
        long inTime = leftNanos.getAsLong() / (LEAST_ANSWERS * slowest);
        int callers = (int) Math.min(Math.min(CALLERS, inTime), 1 + MOST_BYTES / largest);
        if (requests.isEmpty() || callers <= 0) {
            return false;
        }
        calling = new CountDownLatch(callers);
        for (int i = 0; i < callers; i++) {
            new Caller(GRPCInferenceServiceGrpc.newStub(channels.get(i % CONNECTIONS))).call();
        }
        return true;
    }

    /** The size of the answer; -1 if there is none in time. */
    private int answerBytes(ModelInferRequest request, long nanos) {
        if (nanos <= 0) {
            return -1;
        }
        try {
            return GRPCInferenceServiceGrpc.newBlockingStub(channels.get(0))
                    .withDeadlineAfter(Math.min(nanos, FIRST_ANSWER_NANOS), TimeUnit.NANOSECONDS)
                    .modelInfer(request)
                    .getSerializedSize();
        } catch (StatusRuntimeException e) {
            return -1;
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

    /** Gives each caller so long to get its last answer; returns how many answers there were. */
    long end(long nanos) {
        ended = true;
        boolean unused = haveEnded(nanos);
        return answered();
    }

    @Override
    public void close() {
        ended = true;
        channels.forEach(ManagedChannel::shutdownNow);
    }

    private static ModelInferRequest bypassing(ModelInferRequest request) {
        InferParameter bypass =
                InferParameter.newBuilder().setStringParam("bypass").build();
        return request.toBuilder().putParameters(CacheParameter.NAME, bypass).build();
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
            long nanos = left.getAsLong();
            if (ended || nanos <= 0) {
                calling.countDown();
            } else {
                List<ModelInferRequest> all = requests;
                stub.withDeadlineAfter(nanos, TimeUnit.NANOSECONDS)
                        .modelInfer(all.get(Math.floorMod(next.getAndIncrement(), all.size())), this);
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
