package dev.tern.server.cache.redis;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How an answer stands in Redis. All numbers big-endian:
 *
 * <pre>
 * "Tern" | version, 1 byte | flags, 1 byte | key, 16 bytes | made, 8 bytes
 * | [unpacked length, 4 bytes] outputs | tag, 16 bytes
 * </pre>
 *
 * Made is when the model gave the answer: milliseconds since 1970 by the writer's clock. The tag is of all that stands
 * before it. The length is there where the flags say that the outputs are packed. Any thread.
 */
final class ValueCodec {
    private static final int MAGIC = 0x5465726E;
    private static final byte VERSION = 2;
    private static final int PACKED = 1;
    private static final int VERSION_AT = 4;
    private static final int FLAGS_AT = 5;
    private static final int KEY_AT = 6;
    private static final int MADE_AT = KEY_AT + 2 * Long.BYTES;
    private static final int HEADER = MADE_AT + Long.BYTES;

    private final ValueMac mac;
    private final int packAbove;
    private final int maxBytes;

    /**
     * What a value holds.
     *
     * @param outputs on the heap
     * @param madeMillis when the model gave them, since 1970 by the writer's clock; at least 0
     */
    record Decoded(List<Tensor> outputs, long madeMillis) {}

    /**
     * @param secret what replicas that share a Redis have in common
     * @param packAbove bytes of outputs from which on they are packed; {@link Integer#MAX_VALUE} for never
     * @param maxBytes of a value, and of its outputs unpacked
     */
    ValueCodec(byte[] secret, int packAbove, int maxBytes) {
        this.mac = new ValueMac(secret);
        this.packAbove = packAbove;
        this.maxBytes = maxBytes;
    }

    /**
     * {@code outputs} as the value of {@code key}; null if that would be larger than values may be.
     *
     * @param madeMillis when the model gave them, since 1970
     */
    byte @Nullable [] encode(CacheKey key, List<Tensor> outputs, long madeMillis) {
        long size = OutputsForm.size(outputs);
        if (size > maxBytes - HEADER - ValueMac.LENGTH) {
            return null;
        }
        byte[] value = new byte[HEADER + (int) size + ValueMac.LENGTH];
        ByteBuffer into = ByteBuffer.wrap(value).putInt(MAGIC).put(VERSION).put((byte) 0);
        into.putLong(key.high()).putLong(key.low()).putLong(madeMillis);
        OutputsForm.write(outputs, into);
        if (size > packAbove) {
            value = packed(value, (int) size);
        }
        mac.sign(value, value.length - ValueMac.LENGTH);
        return value;
    }

    /** {@code value} with its outputs packed, if that saves anything. */
    private static byte[] packed(byte[] value, int size) {
        byte[] packed = new byte[value.length];
        int length = Packing.pack(value, HEADER, size, packed, HEADER + Integer.BYTES, size - Integer.BYTES);
        if (length == 0) {
            return value;
        }
        ByteBuffer.wrap(packed).put(value, 0, HEADER).putInt(size).put(FLAGS_AT, (byte) PACKED);
        return Arrays.copyOf(packed, HEADER + Integer.BYTES + length + ValueMac.LENGTH);
    }

    /**
     * The answer to the request with {@code key} that {@code value} holds; its payloads are parts of {@code value} itself
     * where that is not packed.
     *
     * @param names gives the outputs' names the objects that all values of a model share
     * @throws UndecodableException if it is none, for whatever reason
     */
    Decoded decode(CacheKey key, byte[] value, UnaryOperator<String> names) throws UndecodableException {
        check(key, value);
        ByteBuffer outputs = ByteBuffer.wrap(value).position(HEADER).limit(value.length - ValueMac.LENGTH);
        if (value[FLAGS_AT] == PACKED) {
            outputs = unpacked(outputs);
        }
        return new Decoded(
                OutputsForm.read(outputs, names), ByteBuffer.wrap(value).getLong(MADE_AT));
    }

    private void check(CacheKey key, byte[] value) throws UndecodableException {
        ByteBuffer header = ByteBuffer.wrap(value);
        require(value.length >= HEADER + ValueMac.LENGTH, Rubbish.TRUNCATED);
        require(value.length <= maxBytes, Rubbish.TOO_LARGE);
        require(header.getInt() == MAGIC, Rubbish.FOREIGN);
        require(value[VERSION_AT] == VERSION && (value[FLAGS_AT] & ~PACKED) == 0, Rubbish.VERSION);
        require(mac.isSigned(value, value.length - ValueMac.LENGTH), Rubbish.FORGED);
        require(
                header.getLong(KEY_AT) == key.high() && header.getLong(KEY_AT + Long.BYTES) == key.low(),
                Rubbish.OTHER_KEY);
        require(header.getLong(MADE_AT) >= 0, Rubbish.MALFORMED);
    }

    private ByteBuffer unpacked(ByteBuffer outputs) throws UndecodableException {
        require(outputs.remaining() > Integer.BYTES, Rubbish.MALFORMED);
        int size = outputs.getInt();
        require(size >= 0, Rubbish.MALFORMED);
        require(size <= maxBytes && size <= Packing.maxUnpacked(outputs.remaining()), Rubbish.TOO_LARGE);
        byte[] plain = new byte[size];
        require(Packing.unpack(outputs, plain), Rubbish.MALFORMED);
        return ByteBuffer.wrap(plain);
    }

    private static void require(boolean holds, Rubbish otherwise) throws UndecodableException {
        if (!holds) {
            throw new UndecodableException(otherwise);
        }
    }
}
