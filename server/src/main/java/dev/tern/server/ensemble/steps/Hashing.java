package dev.tern.server.ensemble.steps;

import com.dynatrace.hash4j.hashing.Hasher64;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * BYTES to INT64: each element becomes FarmHash's Fingerprint64 of its bytes, taken as unsigned, modulo the number of
 * buckets. That is what TensorFlow's {@code tf.strings.to_hash_bucket_fast} does, so that who trains a model has it, too.
 */
public final class Hashing implements Computation {
    /** FarmHash defines Fingerprint64 as this one of its hashes. */
    private static final Hasher64 FINGERPRINT = com.dynatrace.hash4j.hashing.Hashing.farmHashNa();

    private final String output;
    private final long buckets;

    /** @param buckets at least 1; what comes out is less */
    public Hashing(String output, long buckets) {
        this.output = output;
        this.buckets = buckets;
    }

    @Override
    public List<Tensor> of(List<Tensor> inputs) {
        Tensor texts = inputs.get(0);
        List<ByteBuffer> elements =
                BytesElements.read(texts.data(), texts.shape().elements()).elements();
        ByteBuffer numbers = ByteBuffer.allocate(Math.multiplyExact(elements.size(), Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (ByteBuffer each : elements) {
            numbers.putLong(bucket(each));
        }
        return List.of(new Tensor(output, DataType.INT64, texts.shape(), HeapPayload.wrap(numbers.array())));
    }

    private long bucket(ByteBuffer element) {
        long hash = FINGERPRINT.hashBytesToLong(
                element.array(), element.arrayOffset() + element.position(), element.remaining());
        return Long.remainderUnsigned(hash, buckets);
    }
}
