package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ValueCodecTest {
    private static final byte[] SECRET = "a secret".getBytes(StandardCharsets.UTF_8);
    private static final CacheKey KEY = new CacheKey(0x0123456789ABCDEFL, -2);
    private static final int MAX = 1 << 16;
    private static final int HEADER = 30;
    private static final long MADE = 1_790_000_000_123L;
    private static final int TAG = 16;

    private final ValueCodec codec = new ValueCodec(SECRET, Integer.MAX_VALUE, MAX);
    private final ValueCodec packing = new ValueCodec(SECRET, 100, MAX);

    private static final List<Tensor> SMALL = List.of(
            Tensors.floats("score", Shape.of(1, 2), 0.25f, -0.0f),
            Tensors.strings("label", Shape.of(1, 1), "ä"),
            Tensors.raw("none", DataType.FP64, Shape.of(0, 7)),
            Tensors.longs("", Shape.of(), 5));

    @Test
    void whatIsWrittenIsRead() throws UndecodableException {
        ValueCodec.Decoded read = decode(codec, encoded(codec, SMALL));
        assertThat(read.madeMillis()).isEqualTo(MADE);
        assertSame(read.outputs(), SMALL);
    }

    @Test
    void everyDatatypeIsReadAsItself() throws UndecodableException {
        for (DataType type : DataType.values()) {
            List<Tensor> one = List.of(Tensors.raw("x", type, Shape.of(0)));
            assertSame(decode(codec, encoded(codec, one)).outputs(), one);
        }
    }

    @Test
    void theFormIsTheOneThatIsDocumented() {
        ByteBuffer value = ByteBuffer.wrap(encoded(codec, List.of(Tensors.longs("y", Shape.of(1), 5))));
        byte[] magic = new byte[4];
        value.get(magic);
        assertThat(magic).asString(StandardCharsets.US_ASCII).isEqualTo("Tern");
        assertThat(value.get()).as("version").isEqualTo((byte) 2);
        assertThat(value.get()).as("flags").isZero();
        assertThat(value.getLong()).isEqualTo(KEY.high());
        assertThat(value.getLong()).isEqualTo(KEY.low());
        assertThat(value.getLong()).as("made").isEqualTo(MADE);
        assertThat(value.getInt()).as("outputs").isOne();
        assertThat(value.get()).as("INT64").isEqualTo((byte) 8);
        assertThat(value.getInt()).as("length of the name").isOne();
        assertThat(value.getInt()).as("rank").isOne();
        assertThat(value.get()).isEqualTo((byte) 'y');
        assertThat(value.getLong()).as("dimension").isOne();
        assertThat(value.getInt()).as("length of the data").isEqualTo(8);
        assertThat(value.get()).as("little-endian, as on the wire").isEqualTo((byte) 5);
        assertThat(value.remaining()).isEqualTo(7 + TAG);
    }

    @Test
    void whatPacksWellIsPacked() throws UndecodableException {
        List<Tensor> zeros = List.of(Tensors.floats("y", Shape.of(1_000), new float[1_000]));
        byte[] value = encoded(packing, zeros);
        assertThat(value.length).isLessThan(200);
        assertSame(decode(packing, value).outputs(), zeros);
        assertSame(decode(codec, value).outputs(), zeros);
    }

    @Test
    void whatPacksBadlyIsLeftAsItIs() throws UndecodableException {
        byte[] noise = new byte[1_000];
        new Random(1).nextBytes(noise);
        List<Tensor> outputs = List.of(Tensors.raw("y", DataType.UINT8, Shape.of(1_000), noise));
        assertThat(encoded(packing, outputs)).isEqualTo(encoded(codec, outputs));
        assertSame(decode(packing, encoded(packing, outputs)).outputs(), outputs);
    }

    @Test
    void nothingLargerThanValuesMayBeIsWritten() {
        int overhead = HEADER + TAG + 4 + 13 + 1 + 8;
        Tensor fits = Tensors.raw("y", DataType.UINT8, Shape.of(MAX - overhead), new byte[MAX - overhead]);
        Tensor tooLarge = Tensors.raw("y", DataType.UINT8, Shape.of(MAX - overhead + 1), new byte[MAX - overhead + 1]);
        assertThat(encoded(codec, List.of(fits))).hasSize(MAX);
        assertThat(codec.encode(KEY, List.of(tooLarge), MADE)).isNull();
        assertThat(refusal(KEY, new byte[MAX + 1])).isEqualTo(Rubbish.TOO_LARGE);
    }

    @Test
    void everyTruncationIsRefused() {
        for (byte[] value : List.of(encoded(codec, SMALL), packedSmall())) {
            for (int length = 0; length < value.length; length++) {
                assertThat(refusal(KEY, Arrays.copyOf(value, length)))
                        .as("%d of %d bytes", length, value.length)
                        .isEqualTo(length < HEADER + TAG ? Rubbish.TRUNCATED : Rubbish.FORGED);
            }
        }
    }

    @Test
    void everyFlippedBitIsRefused() {
        for (byte[] value : List.of(encoded(codec, SMALL), packedSmall())) {
            for (int bit = 0; bit < 8 * value.length; bit++) {
                byte[] flipped = value.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                assertThat(refusal(KEY, flipped)).as("bit %d", bit).isIn(flippedIn(bit / 8));
            }
        }
    }

    private static Set<Rubbish> flippedIn(int place) {
        if (place < 4) {
            return EnumSet.of(Rubbish.FOREIGN);
        }
        return place == 4 ? EnumSet.of(Rubbish.VERSION) : EnumSet.of(Rubbish.FORGED, Rubbish.VERSION);
    }

    @Test
    void randomDamageIsRefused() {
        Random random = new Random(2);
        byte[] value = encoded(codec, SMALL);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(value, random.nextInt(2 * value.length));
            int from = damaged.length == 0 ? 0 : random.nextInt(damaged.length);
            byte[] noise = new byte[random.nextInt(damaged.length - from + 1)];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, damaged, from, noise.length);
            if (!Arrays.equals(damaged, value)) {
                assertThat(refusal(KEY, damaged)).as(Arrays.toString(damaged)).isNotNull();
            }
        }
    }

    @Test
    void otherVersionsAreRefused() {
        for (int version : new int[] {0, 1, 3, 255}) {
            byte[] value = encoded(codec, SMALL);
            value[4] = (byte) version;
            assertThat(refusal(KEY, resigned(value))).isEqualTo(Rubbish.VERSION);
        }
    }

    @Test
    void aValueUnderAnotherKeyIsRefused() {
        byte[] value = encoded(codec, SMALL);
        assertThat(refusal(new CacheKey(KEY.high(), KEY.low() ^ 1), value)).isEqualTo(Rubbish.OTHER_KEY);
        assertThat(refusal(new CacheKey(KEY.high() ^ 1, KEY.low()), value)).isEqualTo(Rubbish.OTHER_KEY);
    }

    @Test
    void aValueOfSomeoneWithoutTheSecretIsRefused() {
        ValueCodec other = new ValueCodec(new byte[] {1}, Integer.MAX_VALUE, MAX);
        assertThat(refusal(KEY, encoded(other, SMALL))).isEqualTo(Rubbish.FORGED);
    }

    /** Even whoever has the secret cannot make the reader fail, or take more memory than values may. */
    @Test
    void signedNonsenseIsRefused() {
        byte[] value = encoded(codec, SMALL);
        Random random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = value.clone();
            damaged[HEADER + random.nextInt(value.length - HEADER - TAG)] ^= (byte) (1 << random.nextInt(8));
            Rubbish reason = refusal(KEY, resigned(damaged));
            assertThat(reason).isIn(null, Rubbish.MALFORMED);
            refused += reason == null ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(5_000);
    }

    @Test
    void hugeLengthsAreRefused() {
        byte[] value = encoded(codec, SMALL);
        for (int at = HEADER; at < value.length - TAG - 3; at++) {
            for (int length : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
                byte[] huge = value.clone();
                ByteBuffer.wrap(huge).putInt(at, length);
                assertThat(refusal(KEY, resigned(huge))).isIn(null, Rubbish.MALFORMED);
            }
        }
    }

    @Test
    void whatUnpacksToMoreThanItSaysIsRefused() {
        byte[] value = encoded(packing, List.of(Tensors.floats("y", Shape.of(1_000), new float[1_000])));
        for (int said : new int[] {0, 1, 4_000, 100_000, MAX + 1, Integer.MAX_VALUE, -1}) {
            byte[] bomb = value.clone();
            ByteBuffer.wrap(bomb).putInt(HEADER, said);
            assertThat(refusal(KEY, resigned(bomb)))
                    .as("%d bytes", said)
                    .isEqualTo(said >= 0 && said > 60_000 ? Rubbish.TOO_LARGE : Rubbish.MALFORMED);
        }
    }

    @Test
    void aTimeBefore1970IsRefused() {
        byte[] value = encoded(codec, SMALL);
        ByteBuffer.wrap(value).putLong(HEADER - Long.BYTES, -1);
        assertThat(refusal(KEY, resigned(value))).isEqualTo(Rubbish.MALFORMED);
    }

    @Test
    void packedNonsenseIsRefused() {
        byte[] value = packedSmall();
        Random random = new Random(4);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = value.clone();
            damaged[HEADER + 4 + random.nextInt(value.length - HEADER - 4 - TAG)] ^= (byte) (1 << random.nextInt(8));
            assertThat(refusal(KEY, resigned(damaged))).isIn(null, Rubbish.MALFORMED);
        }
    }

    private byte[] packedSmall() {
        byte[] value = encoded(packing, List.of(Tensors.floats("y", Shape.of(40), new float[40])));
        assertThat(value[5]).as("packed").isOne();
        return value;
    }

    private static ValueCodec.Decoded decode(ValueCodec codec, byte[] value) throws UndecodableException {
        return codec.decode(KEY, value, UnaryOperator.identity());
    }

    private static byte[] encoded(ValueCodec codec, List<Tensor> outputs) {
        return Objects.requireNonNull(codec.encode(KEY, outputs, MADE));
    }

    private static byte[] resigned(byte[] value) {
        new ValueMac(SECRET).sign(value, value.length - TAG);
        return value;
    }

    /** Why {@code value} is no answer; null if it is one. */
    private @Nullable Rubbish refusal(CacheKey key, byte[] value) {
        try {
            codec.decode(key, value, UnaryOperator.identity());
            return null;
        } catch (UndecodableException e) {
            return e.reason();
        }
    }

    private static void assertSame(List<Tensor> read, List<Tensor> written) {
        assertThat(read).hasSameSizeAs(written);
        for (int i = 0; i < written.size(); i++) {
            assertThat(read.get(i).name()).isEqualTo(written.get(i).name());
            assertThat(read.get(i).type()).isEqualTo(written.get(i).type());
            assertThat(read.get(i).shape()).isEqualTo(written.get(i).shape());
            assertThat(Tensors.bytes(read.get(i))).isEqualTo(Tensors.bytes(written.get(i)));
        }
    }
}
