package dev.tern.bench.jmh;

import dev.tern.server.cache.CacheScope;
import dev.tern.server.cache.CacheSecret;
import dev.tern.server.cache.KeyHashes;
import dev.tern.server.cache.RequestKeys;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.rpc.WireCodec;
import dev.tern.server.rpc.wire.InferMessage;
import dev.tern.server.tensor.ByteSink;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
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

/** What it costs to make the key of a request whose bytes lie where the network has put them. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class CacheKeyCost implements ByteSink {
    private static final String HMAC = "HmacSHA256";

    @Param({"RANKER_1", "RANKER_200", "MEGABYTE"})
    private HotMessages message = HotMessages.RANKER_1;

    private final RequestKeys keys = new RequestKeys(
            new KeyHashes(CacheSecret.random()),
            CacheScope.of("runtime", "digest", new byte[1000]),
            List.of("probability"));
    private final Mac mac = mac();
    private InferenceRequest request =
            new InferenceRequest("", "", List.of(), List.of(), Map.of(), new WaitingCall(Long.MAX_VALUE));

    private static Mac mac() {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(new byte[32], HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }

    /** Reads the request as the server does. */
    @Setup
    public void prepare() {
        InferMessage read = Objects.requireNonNull(new WireCodec().read(new ReceivedStream(message.request())));
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < read.rawCount(); i++) {
            Shape shape = read.inputs().get(i).shape();
            DataType type = Objects.requireNonNull(
                    DataType.ofWireName(read.inputs().get(i).datatype()));
            inputs.add(new Tensor(read.inputs().get(i).name(), type, shape, read.raw(i)));
        }
        read.handOver(read.rawCount());
        request = new InferenceRequest("", "", inputs, List.of(), Map.of(), new WaitingCall(Long.MAX_VALUE));
    }

    /** The server's own keys. */
    @Benchmark
    public CacheKey key() {
        return keys.of(request);
    }

    /** The Java library's HMAC-SHA256, of the payloads alone. */
    @Benchmark
    public byte[] hmacSha256() {
        for (Tensor each : request.inputs()) {
            each.data().show(0, each.data().size(), this);
        }
        return mac.doFinal();
    }

    @Override
    public void bytes(byte[] bytes, int from, int length) {
        mac.update(bytes, from, length);
    }

    @Override
    public void bytes(ByteBuffer bytes, int from, int length) {
        mac.update(bytes.slice(from, length));
    }
}
