package dev.tern.server.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.ByteSink;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.JoinedPayload;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.RowSlices;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestKeysTest {
    private static final CacheScope SCOPE = CacheScope.of("runtime 1", "digest", bytes("configuration"));
    private static final List<String> OUTPUTS = List.of("y", "z");

    private final CacheSecret secret = CacheSecret.random();
    private final RequestKeys keys = new RequestKeys(new KeyHashes(secret), SCOPE, OUTPUTS);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static InferenceRequest request(Tensor... inputs) {
        return request(List.of(inputs), List.of(), Map.of());
    }

    private static InferenceRequest request(List<Tensor> inputs, List<String> outputs, Map<String, Object> parameters) {
        return new InferenceRequest("m", "", inputs, outputs, parameters, FakeCall.patient());
    }

    private static Tensor x(float... values) {
        return Tensors.floats("x", Shape.of(values.length), values);
    }

    @Test
    void aRowsKeyDependsOnTheRowAloneAndIsNoRequests() {
        InferenceRequest one = request(Tensors.floats("x", Shape.of(1, 2), 3, 4));
        CacheKey[] three = ofRows(request(Tensors.floats("x", Shape.of(3, 2), 1, 2, 3, 4, 1, 2)));

        assertThat(three[1]).isEqualTo(ofRows(one)[0]).isNotEqualTo(keys.of(one));
        assertThat(three[0]).isEqualTo(three[2]).isNotEqualTo(three[1]);
        assertThat(ofRows(request(Tensors.floats("x", Shape.of(1, 1, 2), 3, 4)))[0])
                .isNotEqualTo(three[1]);
        assertThat(ofRows(request(Tensors.strings("s", Shape.of(2, 2), "ab", "c", "a", "bc"))))
                .doesNotHaveDuplicates();
    }

    @Test
    void aRowsKeyDependsOnWhatIsSaidOfTheWholeRequest() {
        Tensor row = Tensors.floats("x", Shape.of(1, 2), 3, 4);
        assertThat(List.of(
                        ofRows(request(row))[0],
                        ofRows(request(List.of(row), List.of("b"), Map.of()))[0],
                        ofRows(request(List.of(row), List.of(), Map.of("p", 1L)))[0],
                        ofRows(request(List.of(row), List.of(), Map.of("p", "long ".repeat(1 << 16))))[0],
                        ofRows(request(Tensors.floats("y", Shape.of(1, 2), 3, 4)))[0]))
                .doesNotHaveDuplicates();
    }

    private CacheKey[] ofRows(InferenceRequest request) {
        return keys.ofRows(
                request,
                request.inputs().stream().map(input -> RowSlices.of(input, 1)).toList());
    }

    @Test
    void orderOfInputsIdAndCallerDoNotMatter() {
        Tensor x = x(1, 2);
        Tensor a = Tensors.longs("a", Shape.of(1), 7);
        InferenceRequest other = new InferenceRequest(
                "m", "id", List.of(a, x), List.of(), Map.of("priority", 1L, "timeout", 5L), FakeCall.until(3));

        assertThat(keys.of(other)).isEqualTo(keys.of(request(x, a)));
    }

    @Test
    void controlsOfTheCacheDoNotMatter() {
        assertThat(keys.of(request(List.of(x(1)), List.of(), Map.of(CacheControl.PARAMETER, "refresh"))))
                .isEqualTo(keys.of(request(x(1))));
    }

    @Test
    void allOutputsByNameAreAllOutputs() {
        CacheKey all = keys.of(request(x(1)));

        assertThat(keys.of(request(List.of(x(1)), List.of("y", "z"), Map.of()))).isEqualTo(all);
        assertThat(keys.of(request(List.of(x(1)), List.of("z", "y"), Map.of())))
                .as("answered in another order")
                .isNotEqualTo(all);
        assertThat(keys.of(request(List.of(x(1)), List.of("y"), Map.of()))).isNotEqualTo(all);
    }

    @Test
    void everyFieldMatters() {
        List<InferenceRequest> different = List.of(
                request(x(1, 2)),
                request(x(2, 1)),
                request(x(1, 2, 3)),
                request(Tensors.floats("x2", Shape.of(2), 1, 2)),
                request(Tensors.floats("x", Shape.of(1, 2), 1, 2)),
                request(Tensors.raw("x", DataType.INT32, Shape.of(2), Tensors.bytes(x(1, 2)))),
                request(x(1, 2), Tensors.floats("y", Shape.of(0))),
                request(List.of(x(1, 2)), List.of("y"), Map.of()),
                request(List.of(x(1, 2)), List.of(), Map.of("a", true)),
                request(List.of(x(1, 2)), List.of(), Map.of("a", false)),
                request(List.of(x(1, 2)), List.of(), Map.of("a", 1L)),
                request(List.of(x(1, 2)), List.of(), Map.of("a", Double.longBitsToDouble(1))),
                request(List.of(x(1, 2)), List.of(), Map.of("a", "1")),
                request(List.of(x(1, 2)), List.of(), Map.of("b", "1")),
                request(List.of(x(1, 2)), List.of(), Map.of("a", "1", "b", "1")));
        Set<CacheKey> found = new HashSet<>();
        different.forEach(each -> found.add(keys.of(each)));

        assertThat(found).hasSameSizeAs(different);
    }

    @Test
    void scopesAndSecretsMatter() {
        InferenceRequest request = request(x(1));
        KeyHashes hashes = new KeyHashes(secret);
        List<RequestKeys> all = List.of(
                keys,
                new RequestKeys(hashes, CacheScope.of("runtime 2", "digest", bytes("configuration")), OUTPUTS),
                new RequestKeys(hashes, CacheScope.of("runtime 1", "digest2", bytes("configuration")), OUTPUTS),
                new RequestKeys(hashes, CacheScope.of("runtime 1", "digest", bytes("configuration 2")), OUTPUTS),
                new RequestKeys(hashes, CacheScope.of("runtime 1d", "igest", bytes("configuration")), OUTPUTS),
                new RequestKeys(new KeyHashes(CacheSecret.random()), SCOPE, OUTPUTS));

        assertThat(all.stream().map(each -> each.of(request)).distinct()).hasSameSizeAs(all);
        assertThat(new RequestKeys(hashes, SCOPE, OUTPUTS).of(request)).isEqualTo(keys.of(request));
    }

    @Test
    void zerosOfEitherSignAndNansOfOtherBitsAreDifferent() {
        assertThat(keys.of(request(x(0f)))).isNotEqualTo(keys.of(request(x(-0f))));
        byte[] nan = {1, 0, (byte) 0xc0, 0x7f};
        byte[] otherNan = {2, 0, (byte) 0xc0, 0x7f};
        assertThat(keys.of(request(Tensors.raw("x", DataType.FP32, Shape.of(1), nan))))
                .isNotEqualTo(keys.of(request(Tensors.raw("x", DataType.FP32, Shape.of(1), otherNan))));
    }

    @Test
    void textsAreDifferentWhereTheyAreCutDifferently() {
        assertThat(keys.of(request(Tensors.strings("x", Shape.of(2), "ab", "c"))))
                .isNotEqualTo(keys.of(request(Tensors.strings("x", Shape.of(2), "a", "bc"))));
    }

    @Test
    void bytesMayComeInAnyPiecesAndAnyMemory() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = new byte[random.nextInt(3_000)];
            random.nextBytes(bytes);
            int cut = random.nextInt(bytes.length + 1);
            int end = cut + random.nextInt(bytes.length - cut + 1);
            Payload pieces = JoinedPayload.of(List.of(
                    HeapPayload.wrap(bytes, 0, cut),
                    new Direct(bytes, cut, end, random.nextBoolean()),
                    HeapPayload.wrap(bytes, end, bytes.length - end)));

            assertThat(keys.of(request(new Tensor("x", DataType.UINT8, Shape.of(bytes.length), pieces))))
                    .as("round " + round)
                    .isEqualTo(keys.of(request(Tensors.raw("x", DataType.UINT8, Shape.of(bytes.length), bytes))));
        }
    }

    /** Direct memory, in either byte order, with other bytes around it. */
    private static final class Direct implements Payload {
        private final ByteBuffer memory;
        private final int size;

        Direct(byte[] bytes, int from, int to, boolean littleEndian) {
            size = to - from;
            memory = ByteBuffer.allocateDirect(size + 16);
            memory.position(8).put(bytes, from, size).position(0);
            memory.order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void copyTo(long from, ByteBuffer dst) {
            throw new AssertionError("copied");
        }

        @Override
        public void show(long from, long length, ByteSink sink) {
            sink.bytes(memory, 8 + (int) from, (int) length);
        }

        @Override
        public Payload retain() {
            return this;
        }

        @Override
        public void release() {}
    }

    @Test
    void keysAreEqualExactlyWhereTheRequestsMeanTheSame() {
        Random random = new Random(42);
        Map<Meaning, CacheKey> byMeaning = new HashMap<>();
        Map<CacheKey, Meaning> byKey = new HashMap<>();
        int repeated = 0;
        for (int round = 0; round < 20_000; round++) {
            List<Tensor> inputs = inputs(random);
            Meaning meaning = Meaning.of(inputs);
            Collections.shuffle(inputs, random);
            CacheKey key = keys.of(request(inputs, List.of(), Map.of()));
            CacheKey before = byMeaning.put(meaning, key);
            repeated += before == null ? 0 : 1;
            assertThat(before == null || before.equals(key))
                    .as("round " + round + ": same meaning, same key")
                    .isTrue();
            Meaning other = byKey.put(key, meaning);
            assertThat(other == null || other.equals(meaning))
                    .as("round " + round + ": same key, same meaning")
                    .isTrue();
        }
        assertThat(repeated).isGreaterThan(1_000);
        assertThat(byMeaning).hasSizeGreaterThan(1_000);
    }

    /** Few names, shapes and bytes, so that many are equal, and as many nearly. */
    private static List<Tensor> inputs(Random random) {
        List<Tensor> inputs = new ArrayList<>();
        for (String name : List.of("a", "aa", "b")) {
            if (random.nextBoolean()) {
                byte[] bytes = new byte[random.nextInt(3)];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) (random.nextBoolean() ? 'a' : 0);
                }
                Shape shape = random.nextBoolean() ? Shape.of(bytes.length) : Shape.of(1, bytes.length);
                inputs.add(Tensors.raw(name, random.nextBoolean() ? DataType.UINT8 : DataType.INT8, shape, bytes));
            }
        }
        return inputs;
    }

    private record Meaning(List<String> inputs) {
        static Meaning of(List<Tensor> inputs) {
            return new Meaning(inputs.stream()
                    .map(each -> each.name() + " " + each.type() + " " + each.shape() + " "
                            + Arrays.toString(Tensors.bytes(each)))
                    .sorted()
                    .toList());
        }
    }

    @Test
    void secretsFromAFileAreTheSameWithALineEndAndWithout(@TempDir Path directory) throws Exception {
        Path plain = Files.write(directory.resolve("plain"), bytes("0123456789abcdef"));
        Path ended = Files.write(directory.resolve("ended"), bytes("0123456789abcdef\n"));

        assertThat(CacheSecret.read(plain).derive("p"))
                .isEqualTo(CacheSecret.read(ended).derive("p"))
                .isNotEqualTo(CacheSecret.read(plain).derive("q"));
    }

    @Test
    void secretsTooShortOrTooLongAreRefused(@TempDir Path directory) throws Exception {
        Path shorter = Files.write(directory.resolve("short"), bytes("0123456789abcde\n\n"));
        Path longer = Files.write(directory.resolve("long"), new byte[4097]);

        assertThat(catchThrowable(() -> CacheSecret.read(shorter))).hasMessage("has 15 bytes; must have 16 to 4096");
        assertThat(catchThrowable(() -> CacheSecret.read(longer)))
                .hasMessage("has more than 4096 bytes; must have 16 to 4096");
    }
}
