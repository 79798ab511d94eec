package dev.tern.bench.jmh;

import com.google.protobuf.UnsafeByteOperations;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.rpc.WireCodec;
import dev.tern.server.rpc.wire.InferAnswer;
import dev.tern.server.tensor.Tensor;
import io.grpc.Drainable;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.protobuf.ProtoUtils;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to write an answer: from its tensors to a buffer of the network's, as gRPC has it drained. With {@code
 * -prof gc} its garbage, too.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class EncodeCost {
    private static final String MODEL = "ranker";
    private static final String ID = "request-17";
    private static final long VERSION = 3;
    private static final int HEAD_BYTES = 256;

    @Param
    private HotMessages message = HotMessages.MLP_64;

    private final WireCodec codec = new WireCodec();
    private final Marshaller<ModelInferResponse> marshaller =
            ProtoUtils.marshaller(ModelInferResponse.getDefaultInstance());
    private InferenceResponse response = new InferenceResponse(List.of());
    private Network network = new Network(0);

    /** Makes the answer. */
    @Setup
    public void prepare() {
        response = message.answer();
        network = new Network((int) response.outputs().get(0).data().size() + HEAD_BYTES);
    }

    /** The server's own codec. */
    @Benchmark
    public int wire() throws IOException {
        network.clear();
        InferAnswer answer = codec.write(MODEL, VERSION, ID, response);
        answer.writeTo(network);
        return answer.size();
    }

    /** Protobuf's, as gRPC uses it. */
    @Benchmark
    public int protobuf() throws IOException {
        network.clear();
        ModelInferResponse.Builder answer = ModelInferResponse.newBuilder()
                .setModelName(MODEL)
                .setModelVersion(Long.toString(VERSION))
                .setId(ID);
        for (Tensor output : response.outputs()) {
            InferOutputTensor.Builder described = InferOutputTensor.newBuilder()
                    .setName(output.name())
                    .setDatatype(output.type().name());
            for (int axis = 0; axis < output.shape().rank(); axis++) {
                described.addShape(output.shape().dim(axis));
            }
            byte[] bytes = new byte[(int) output.data().size()];
            output.data().copyTo(0, ByteBuffer.wrap(bytes));
            answer.addOutputs(described).addRawOutputContents(UnsafeByteOperations.unsafeWrap(bytes));
        }
        return ((Drainable) marshaller.stream(answer.build())).drainTo(network);
    }

    /** A direct buffer of the size that gRPC would have asked for. */
    private static final class Network extends OutputStream {
        private final ByteBuffer buffer;

        Network(int bytes) {
            this.buffer = ByteBuffer.allocateDirect(bytes);
        }

        void clear() {
            buffer.clear();
        }

        @Override
        public void write(int each) {
            buffer.put((byte) each);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            buffer.put(bytes, from, length);
        }
    }
}
