package dev.tern.server.cache;

import com.dynatrace.hash4j.hashing.ByteAccess;
import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.tensor.ByteSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keyed hash, of 128 bits, of one sequence of bytes after another. One thread at a time.
 *
 * <p>Two PolymurHashes with secrets of their own, then one block of AES over both. PolymurHash is almost universal: two
 * different inputs of at most n bytes, chosen by somebody who does not know the secret, have the same hash with a
 * probability of at most n · 2^-60.2; both hashes agree with at most the square of it, as the secrets are independent.
 * That holds as long as nobody learns anything of the secrets, so the hashes themselves are never shown: AES, a
 * permutation, adds no collision and makes of them what cannot be told from random bits.
 */
final class KeyHash implements ByteSink {
    private static final ByteAccess<ByteBuffer> BUFFERS = ByteAccess.forByteBuffer(ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK_BYTES = 16;
    private static final String AES = "AES";

    private final HeadBytes head = new HeadBytes();
    private final HashStream64 first;
    private final HashStream64 second;
    private final Cipher permutation;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer permuted = ByteBuffer.allocate(BLOCK_BYTES);

    KeyHash(CacheSecret secret) {
        ByteBuffer seeds = ByteBuffer.wrap(secret.derive("tern cache key 1: hash"));
        this.first = Hashing.polymurHash2_0(0, seeds.getLong(), seeds.getLong()).hashStream();
        this.second =
                Hashing.polymurHash2_0(0, seeds.getLong(), seeds.getLong()).hashStream();
        this.permutation = permutation(Arrays.copyOf(secret.derive("tern cache key 1: permutation"), BLOCK_BYTES));
    }

    private static Cipher permutation(byte[] key) {
        try {
            Cipher cipher = Cipher.getInstance(AES + "/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, AES));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + AES, e);
        }
    }

    /** Begins anew; returns an empty place for what comes before the payloads, to be put together there first. */
    HeadBytes begin() {
        first.reset();
        second.reset();
        head.clear();
        return head;
    }

    /** Begins anew after the place that {@link #begin} gave, for one more key of the same head. */
    void beginWithHead() {
        first.reset();
        second.reset();
        bytes(head.array(), 0, head.length());
    }

    @Override
    public void bytes(byte[] bytes, int from, int length) {
        first.putBytes(bytes, from, length);
        second.putBytes(bytes, from, length);
    }

    @Override
    public void bytes(ByteBuffer bytes, int from, int length) {
        // The hash takes eight bytes at a time as one number, in the buffer's order.
        ByteBuffer ordered = bytes.order() == ByteOrder.LITTLE_ENDIAN
                ? bytes
                : bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        first.putBytes(ordered, from, length, BUFFERS);
        second.putBytes(ordered, from, length, BUFFERS);
    }

    /** The key of the bytes since {@link #begin}. */
    CacheKey end() {
        block.putLong(0, first.getAsLong()).putLong(Long.BYTES, second.getAsLong());
        try {
            int unused = permutation.update(block.array(), 0, BLOCK_BYTES, permuted.array(), 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("one block is encrypted to one block", e);
        }
        return new CacheKey(permuted.getLong(0), permuted.getLong(Long.BYTES));
    }
}
