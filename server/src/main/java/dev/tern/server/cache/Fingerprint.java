package dev.tern.server.cache;

import com.dynatrace.hash4j.hashing.ByteAccess;
import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.ByteSink;
import dev.tern.server.tensor.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A cheap hash of a few of a request's bytes, the same for equal requests; other requests may share it, and it has no
 * secret. Good for drawing samples, and for nothing else. One thread at a time.
 */
final class Fingerprint implements ByteSink {
    private static final ByteAccess<ByteBuffer> BUFFERS = ByteAccess.forByteBuffer(ByteOrder.LITTLE_ENDIAN);
    private static final int PIECES = 8;
    private static final int PIECE_BYTES = 16;
    private static final ThreadLocal<Fingerprint> OF_THREADS = ThreadLocal.withInitial(Fingerprint::new);

    private final HashStream64 hash = Hashing.komihash5_0().hashStream();

    static Fingerprint ofThisThread() {
        return OF_THREADS.get();
    }

    /** Of {@code request} in whatever order its inputs are; another one for each {@code salt}. */
    long of(InferenceRequest request, long salt) {
        long sum = 0;
        for (int i = 0; i < request.inputs().size(); i++) {
            hash.reset();
            hash.putLong(salt);
            put(request.inputs().get(i).data());
            sum += hash.getAsLong();
        }
        return sum;
    }

    private void put(Payload data) {
        long size = data.size();
        if (size <= PIECES * PIECE_BYTES) {
            data.show(0, size, this);
            return;
        }
        for (int i = 0; i < PIECES; i++) {
            data.show(i * (size - PIECE_BYTES) / (PIECES - 1), PIECE_BYTES, this);
        }
    }

    @Override
    public void bytes(byte[] bytes, int from, int length) {
        hash.putBytes(bytes, from, length);
    }

    @Override
    public void bytes(ByteBuffer bytes, int from, int length) {
        // The hash takes eight bytes at a time as one number, in the buffer's order.
        ByteBuffer ordered = bytes.order() == ByteOrder.LITTLE_ENDIAN
                ? bytes
                : bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        hash.putBytes(ordered, from, length, BUFFERS);
    }
}
