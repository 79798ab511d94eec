package dev.tern.bench.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.TensorInfo;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputPlanTest {
    private static final List<NamedShape> NO_SHAPES = List.of();
    private static final List<NamedRange> NO_RANGES = List.of();

    private final ModelInfo model =
            model(tensor("tokens", "INT64", -1L, -1L), tensor("mask", "INT32", -1L, -1L), tensor("scale", "FP32", 2L));

    @Test
    void variableDimensionsBecomeRowsAndOnes() {
        assertThat(InputPlan.of(model, 4, NO_SHAPES, NO_RANGES))
                .extracting(InputTensor::toString)
                .containsExactly("tokens INT64[4,1]", "mask INT32[4,1]", "scale FP32[2]");
    }

    @Test
    void shapesMayLeaveTheRowsOut() {
        List<NamedShape> shapes = List.of(shape("tokens:128"), shape("mask:4,128"));
        assertThat(InputPlan.of(model, 4, shapes, NO_RANGES))
                .extracting(InputTensor::toString)
                .startsWith("tokens INT64[4,128]", "mask INT32[4,128]");
    }

    @Test
    void inputsTooLargeToMakeAreRefused() {
        List<NamedShape> shapes = List.of(shape("tokens:999999999"));
        assertThatThrownBy(() -> InputPlan.of(model, 2, shapes, NO_RANGES))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("input 'tokens' of shape [2,999999999] is too large");
    }

    @Test
    void valuesComeFromTheRangeGivenElseFromTheDefault() {
        List<NamedRange> ranges = List.of(NamedRange.parse("tokens:5,7"), NamedRange.parse("scale:-1,0.5"));
        assertThat(InputPlan.of(model, 1, NO_SHAPES, ranges))
                .extracting(each -> each.range().orElseThrow())
                .containsExactly(new ValueRange(5, 7), ValueRange.ONES, new ValueRange(-1, 0.5));
        assertThat(InputPlan.of(model, 1, NO_SHAPES, NO_RANGES).get(0).range()).contains(ValueRange.SMALL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing:1|--shape nothing: model 'm' has no such input (it has: tokens, mask, scale)",
                "scale:3|--shape scale:3 does not fit the input, which is scale FP32[2]",
                "tokens:1,2,3|--shape tokens:1,2,3 does not fit the input, which is tokens INT64[-1,-1]",
                "tokens:2,3|--shape tokens:2,3 has 2 rows, --rows is 1"
            })
    void shapesThatDoNotFitAreRefused(String shape, String message) {
        assertThatThrownBy(() -> InputPlan.of(model, 1, List.of(shape(shape)), NO_RANGES))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing:0,1|--range nothing: model 'm' has no such input",
                "mask:0,3000000000|--range mask: INT32 holds -2147483648 to 2147483647",
                "tokens:0,1.5|--range tokens: the input takes whole numbers"
            })
    void rangesThatDoNotFitAreRefused(String range, String message) {
        assertThatThrownBy(() -> InputPlan.of(model, 1, NO_SHAPES, List.of(NamedRange.parse(range))))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void boolTakesNoRange() {
        ModelInfo flags = model(tensor("flag", "BOOL", 1L));
        assertThatThrownBy(() -> InputPlan.of(flags, 1, NO_SHAPES, List.of(NamedRange.parse("flag:0,1"))))
                .isInstanceOf(InputException.class)
                .hasMessage("--range flag: a BOOL input takes no range");
    }

    @Test
    void rowsNeedAVariableFirstDimension() {
        ModelInfo fixed = model(tensor("image", "FP32", 1L, 28L));
        assertThatThrownBy(() -> InputPlan.of(fixed, 2, NO_SHAPES, NO_RANGES))
                .isInstanceOf(InputException.class)
                .hasMessage("--rows 2: no input of model 'm' has a variable first dimension"
                        + " (they are: image FP32[1,28])");
    }

    @Test
    void anUnknownDatatypeIsNamed() {
        ModelInfo odd = model(tensor("x", "FP8", 1L));
        assertThatThrownBy(() -> InputPlan.of(odd, 1, NO_SHAPES, NO_RANGES))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("input 'x' has the unknown datatype FP8 (known: [BOOL");
    }

    private static NamedShape shape(String text) {
        return new ShapeDraws(List.of(GivenShape.parse(text)))
                .next(new SplittableRandom(1))
                .get(0);
    }

    private static ModelInfo model(TensorInfo... inputs) {
        return new ModelInfo("m", "", List.of(), List.of(inputs), List.of(), OptionalInt.empty());
    }

    private static TensorInfo tensor(String name, String datatype, Long... shape) {
        return new TensorInfo(name, datatype, Arrays.asList(shape));
    }
}
