package dev.tern.bench.jmh;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.server.rpc.WireCodec;
import dev.tern.server.rpc.wire.InferMessage;
import dev.tern.server.tensor.Payload;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.protobuf.ProtoUtils;
import java.nio.ByteBuffer;
import java.util.Objects;
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
 * What it costs to read a request: from gRPC's stream over the network's buffers to its tensors' bytes in the model's input
 * buffer, with {@code -prof gc} its garbage, too. The stream itself is not gRPC's, whose own cost is in neither.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class DecodeCost {
    @Param
    private HotMessages message = HotMessages.MLP_64;

    private final WireCodec codec = new WireCodec();
    private final Marshaller<ModelInferRequest> marshaller =
            ProtoUtils.marshaller(ModelInferRequest.getDefaultInstance());
    private ReceivedStream stream = new ReceivedStream(new byte[0]);
    private ByteBuffer inputs = ByteBuffer.allocateDirect(0);

    /** Makes the message. */
    @Setup
    public void prepare() {
        byte[] request = message.request();
        stream = new ReceivedStream(request);
        inputs = ByteBuffer.allocateDirect(request.length);
    }

    /** The server's own codec. */
    @Benchmark
    public ByteBuffer wire() {
        stream.rewind();
        InferMessage read = Objects.requireNonNull(codec.read(stream));
        int count = read.rawCount();
        inputs.clear();
        Payload last = null;
        for (int i = 0; i < count; i++) {
            Payload data = read.raw(i);
            inputs.limit(inputs.position() + (int) data.size());
            data.copyTo(0, inputs);
            inputs.limit(inputs.capacity());
            last = data;
        }
        read.handOver(Math.min(1, count));
        if (last != null) {
            last.release();
        }
        return inputs;
    }

    /** Protobuf's, as gRPC uses it. */
    @Benchmark
    public ByteBuffer protobuf() {
        stream.rewind();
        ModelInferRequest read = marshaller.parse(stream);
        inputs.clear();
        for (ByteString each : read.getRawInputContentsList()) {
            each.copyTo(inputs);
        }
        return inputs;
    }
}
