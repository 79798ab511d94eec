package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.engine.Joining;
import dev.tern.server.engine.Joining.Axes;
import dev.tern.server.engine.Joining.Padding;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupingTest {
    private static final Axes LENGTH = new Axes(List.of(Axes.NONE, 0));

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.25, 0.5, 0.9, 0.99})
    void noLengthWastesMoreThanAllowed(double waste) {
        Buckets buckets = new Buckets(waste);
        long start = buckets.of(1);
        for (long length = 1; length < 20_000; length++) {
            if (buckets.of(length) != start) {
                assertThat(buckets.of(length)).isEqualTo(length);
                start = length;
            }
            assertThat((length - start) / (double) length)
                    .as("%s to %s", start, length)
                    .isLessThanOrEqualTo(waste);
        }
        assertThat(buckets.of(0)).isZero();
    }

    @Test
    void bucketsAreAsWideAsTheWasteAllows() {
        Buckets half = new Buckets(0.5);
        assertThat(List.of(half.of(1), half.of(2), half.of(3), half.of(6), half.of(7), half.of(14), half.of(15)))
                .containsExactly(1L, 1L, 3L, 3L, 7L, 7L, 15L);
        assertThat(new Buckets(0).of(4097)).isEqualTo(4097);
        assertThat(new Buckets(0.5).of(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void requestsOfAFixedShapeAreAllAlike() {
        Grouping grouping = Grouping.of(List.of(spec("x", 4)), Joining.EXACT, 0.25);
        assertThat(grouping.key(request(x("x", 1, 4)))).isEqualTo(grouping.key(request(x("x", 3, 4))));
        assertThat(grouping.unitsPerRow(List.of(x("x", 3, 4)))).isEqualTo(1);
        assertThat(grouping.padsToLongest()).isFalse();
    }

    @Test
    void withoutPaddingEverySizeIsAGroup() {
        Grouping grouping = Grouping.of(List.of(spec("x", -1, -1)), Joining.EXACT, 0.25);
        Object key = grouping.key(request(x("x", 1, 4, 2)));
        assertThat(grouping.key(request(x("x", 7, 4, 2)))).isSameAs(key);
        assertThat(grouping.key(request(x("x", 1, 4, 3)))).isNotEqualTo(key);
        assertThat(grouping.key(request(x("x", 1, 2, 4)))).isNotEqualTo(key);
        assertThat(grouping.unitsPerRow(List.of(x("x", 1, 4, 3)))).isEqualTo(1);
    }

    @Test
    void anInputLeftOutIsAGroupOfItsOwn() {
        List<TensorSpec> specs = List.of(new TensorSpec("bias", DataType.FP32, Shape.of(4), true), spec("x", 4));
        Grouping grouping = Grouping.of(specs, Joining.EXACT, 0);
        Object without = grouping.key(request(x("x", 1, 4)));
        assertThat(grouping.key(request(x("bias", 4), x("x", 1, 4)))).isNotEqualTo(without);
        assertThat(grouping.key(request(x("x", 2, 4)))).isEqualTo(without);
    }

    @Test
    void paddedLengthsOfOneBucketAreOneGroup() {
        Grouping grouping = Grouping.of(List.of(spec("ids", -1), spec("mask", -1)), padded("ids", "mask"), 0.5);
        Object key = grouping.key(request(x("ids", 1, 7), x("mask", 1, 7)));
        assertThat(grouping.key(request(x("ids", 2, 14), x("mask", 2, 14)))).isEqualTo(key);
        assertThat(grouping.key(request(x("ids", 1, 15), x("mask", 1, 15)))).isNotEqualTo(key);
        assertThat(grouping.key(request(x("ids", 1, 0), x("mask", 1, 0)))).isNotEqualTo(key);
        assertThat(grouping.unitsPerRow(List.of(x("ids", 2, 14), x("mask", 2, 14))))
                .isEqualTo(14);
        assertThat(grouping.padsToLongest()).isTrue();
    }

    @Test
    void aRequestThatContradictsItselfStaysAmongItsLike() {
        Grouping grouping = Grouping.of(List.of(spec("ids", -1), spec("mask", -1)), padded("ids", "mask"), 0.5);
        Object key = grouping.key(request(x("ids", 1, 8), x("mask", 1, 8)));
        assertThat(grouping.key(request(x("ids", 1, 8), x("mask", 1, 9)))).isNotEqualTo(key);
        assertThat(grouping.key(request(x("ids", 1, 8)))).isNotEqualTo(key);
    }

    @Test
    void aMaskThatIsLeftOutLeavesTheLengthToTheNextInput() {
        TensorSpec mask = new TensorSpec("mask", DataType.FP32, Shape.of(-1).rows(-1), true);
        Grouping grouping = Grouping.of(List.of(mask, spec("ids", -1)), padded("ids", "mask"), 0.5);
        Object key = grouping.key(request(x("ids", 1, 7)));
        assertThat(grouping.key(request(x("ids", 1, 14)))).isEqualTo(key);
        assertThat(grouping.key(request(x("ids", 1, 15)))).isNotEqualTo(key);
    }

    @Test
    void whatHasNoElementsIsNoWork() {
        Grouping grouping = Grouping.of(List.of(spec("ids", -1)), padded("ids"), 0.5);
        assertThat(grouping.unitsPerRow(List.of(x("ids", 0, 1L << 40)))).isEqualTo(1);
        assertThat(grouping.unitsPerRow(List.of(x("ids", 3, 0)))).isEqualTo(1);
    }

    @Test
    void theWasteOfATensorIsSharedAmongItsDimensions() {
        Axes axes = new Axes(List.of(Axes.NONE, 0, 1));
        Joining joining = joining(Map.of("x", new Padding(axes, 0)), Set.of());
        Grouping grouping = Grouping.of(List.of(spec("x", -1, -1)), joining, 0.5);
        // Each dimension may be filled up from 71: 100 * 100 * 0.5 <= 71 * 71.
        Buckets each = new Buckets(1 - Math.sqrt(0.5));
        for (int size = 1; size < 300; size++) {
            boolean together = each.of(size) == each.of(100);
            assertThat(grouping.key(request(x("x", 1, size, size))).equals(grouping.key(request(x("x", 1, 100, 100)))))
                    .as("%s", size)
                    .isEqualTo(together);
        }
        assertThat(grouping.unitsPerRow(List.of(x("x", 2, 3, 5)))).isEqualTo(15);
    }

    @Test
    void raggedInputsOfAnySizeAreOneGroup() {
        Grouping grouping = Grouping.of(List.of(spec("x", -1), spec("n", -1)), joining(Map.of(), Set.of("x")), 0.25);
        Object key = grouping.key(request(x("x", 1, 3), x("n", 1, 2)));
        assertThat(grouping.key(request(x("x", 1, 1000), x("n", 1, 2)))).isEqualTo(key);
        assertThat(grouping.key(request(x("x", 1, 3), x("n", 1, 3)))).isNotEqualTo(key);
        assertThat(grouping.unitsPerRow(List.of(x("x", 2, 1000), x("n", 2, 2)))).isEqualTo(1000);
        assertThat(grouping.padsToLongest()).isFalse();
    }

    private static Joining padded(String... inputs) {
        Map<String, Padding> padded = new HashMap<>();
        List.of(inputs).forEach(input -> padded.put(input, new Padding(LENGTH, 0)));
        return joining(padded, Set.of());
    }

    private static Joining joining(Map<String, Padding> padded, Set<String> ragged) {
        return new Joining(List.of("a", "b"), padded, Map.of(), ragged, List.of(), Map.of(), Map.of());
    }

    private static TensorSpec spec(String name, long... row) {
        return new TensorSpec(name, DataType.FP32, Shape.of(row).rows(-1));
    }

    private static Tensor x(String name, long... shape) {
        return Tensors.raw(name, DataType.FP32, Shape.of(shape));
    }

    private static InferenceRequest request(Tensor... inputs) {
        return Rig.request(FakeCall.patient(), inputs);
    }
}
