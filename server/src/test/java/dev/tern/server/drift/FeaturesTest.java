package dev.tern.server.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.TensorSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeaturesTest {
    private static TensorSpec spec(String name, long... dims) {
        return new TensorSpec(name, DataType.FP32, Shape.of(dims));
    }

    private static List<String> names(TensorSpec input, String... chosen) {
        return Features.of(List.of(input), List.of(), List.of(chosen)).names();
    }

    @Test
    void eachElementOfARowIsAFeature() {
        assertThat(names(spec("x", -1, 3))).containsExactly("x[0]", "x[1]", "x[2]");
        assertThat(names(spec("x", -1, 2, 2))).containsExactly("x[0]", "x[1]", "x[2]", "x[3]");
        assertThat(names(spec("x", -1, 1))).containsExactly("x");
        assertThat(names(spec("x", -1))).containsExactly("x");
        assertThat(names(spec("x", 4, 2))).as("one row").hasSize(8);
        assertThat(names(spec("x"))).as("a scalar").containsExactly("x");
    }

    @Test
    void ofRowsThatDifferInShapeAnyElementIsASample() {
        assertThat(names(spec("x", -1, -1))).containsExactly("x");
        assertThat(names(spec("x", -1, -1, 8))).containsExactly("x");
        assertThat(names(spec("x", 3, -1))).containsExactly("x");
    }

    @Test
    void inputsComeBeforeOutputsAndWhatIsBothComesOnce() {
        Features features = Features.of(
                List.of(spec("a", -1, 1), spec("b", -1, 2)), List.of(spec("b", -1, 2), spec("c")), List.of());

        assertThat(features.names()).containsExactly("a", "b[0]", "b[1]", "c");
        assertThat(features.inputs()).hasSize(2);
        assertThat(features.outputs()).hasSize(1);
        assertThat(features.outputs().get(0).feature(0)).isEqualTo(3);
        assertThat(features.warning()).isEmpty();
    }

    @Test
    void featuresCanBeChosen() {
        assertThat(names(spec("x", -1, 3), "x[2]", "x[0]", "x[2]")).containsExactly("x[0]", "x[2]");
        assertThat(names(spec("x", -1, 3), "x")).hasSize(3);
        assertThat(names(spec("x", -1, 3), "x[1]", "x")).as("all of it").hasSize(3);
        assertThat(Features.of(List.of(spec("x", -1, 3)), List.of(spec("y", -1, 1)), List.of("y"))
                        .names())
                .containsExactly("y");
    }

    @Test
    void whatIsNotThereIsRefused() {
        assertThatThrownBy(() -> Features.of(List.of(spec("x", -1, 3)), List.of(spec("y", -1, 1)), List.of("z")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'z' is no feature of the model; it has x (x[0] to x[2]), y");
        assertThatThrownBy(() -> names(spec("x", -1, 3), "x[3]")).hasMessageContaining("'x[3]' is no feature");
        assertThatThrownBy(() -> names(spec("x", -1, 3), "y[0]")).hasMessageContaining("'y[0]' is no feature");
    }

    @Test
    void whereThereIsNoRoomForAllEachTensorHasItsShare() {
        Features features =
                Features.of(List.of(spec("id", -1, 1), spec("x", -1, 512)), List.of(spec("y", -1, 31)), List.of());

        assertThat(features.names()).hasSize(Features.MOST).contains("id", "x[0]", "x[16]", "x[496]", "y[0]", "y[30]");
        assertThat(features.warning())
                .isEqualTo("drift is looked for in 64 features only, evenly spread: 32 of 512 of 'x'");
        assertThat(features.names()).doesNotHaveDuplicates();
    }

    @Test
    void moreTensorsThanThereIsRoomForAreLeftOut() {
        List<TensorSpec> inputs =
                IntStream.range(0, 70).mapToObj(i -> spec("x" + i, -1, 1)).toList();
        Features features = Features.of(inputs, List.of(), List.of());

        assertThat(features.names()).hasSize(64).doesNotContain("x64");
        assertThat(features.warning()).contains("0 of 1 of 'x69'");
    }

    @Test
    void anEmptyRowHasNone() {
        assertThat(names(spec("x", -1, 0))).isEmpty();
    }
}
