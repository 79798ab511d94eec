package dev.tern.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.engine.Joining.Axes;
import dev.tern.server.engine.Joining.Padding;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampleRowsTest {
    private static final List<TensorSpec> INPUTS = List.of(spec("items"), spec("mask"), spec("candidates"));
    private static final Joining TWO_LENGTHS = new Joining(
            List.of("n", "m"),
            Map.of("items", length(0), "mask", length(0), "candidates", length(1)),
            Map.of(),
            Set.of(),
            List.of(),
            Map.of(),
            Map.of());

    @Test
    void eachLengthHasSizesOfItsOwnSoThatOneTakenForAnotherShows() {
        List<List<List<Tensor>>> trials = SampleRows.mixedTrials(INPUTS, TWO_LENGTHS, 3);
        assertThat(trials).isNotEmpty();
        for (List<List<Tensor>> trial : trials) {
            assertThat(trial).allSatisfy(row -> assertThat(size(row.get(1))).isEqualTo(size(row.get(0))));
            assertThat(trial).anySatisfy(row -> assertThat(size(row.get(2))).isNotEqualTo(size(row.get(0))));
        }
    }

    @Test
    void howManyRowsARunMayHaveIsNotHowManyAreMade() {
        assertThat(SampleRows.trials(INPUTS, Integer.MAX_VALUE))
                .isNotEmpty()
                .allSatisfy(trial -> assertThat(trial).hasSize(4));
    }

    /** 16 to the power of 8 numbers are more than an array has room for; the smaller sizes are tried. */
    @Test
    void rowsThatAreTooLargeAreNotMade() {
        TensorSpec wide = new TensorSpec("wide", DataType.FP32, Shape.of(-1, -1, -1, -1, -1, -1, -1, -1, -1), false);
        assertThat(SampleRows.trials(List.of(wide), 256))
                .isNotEmpty()
                .allSatisfy(trial -> assertThat(size(trial.get(0).get(0))).isIn(1L, 4L));
    }

    /** A product of dimensions may be 0, or negative, once it is cut off to an int or a long. */
    @Test
    void nothingIsMadeOfAnInputOfWhichEverySizeIsTooLarge() {
        for (long size : new long[] {SampleRows.MOST_ROW_BYTES, 1L << 30, 1L << 32, 1L << 62}) {
            TensorSpec fixed = new TensorSpec("fixed", DataType.INT64, Shape.of(-1, size), false);
            assertThat(SampleRows.trials(List.of(fixed), 256))
                    .as("%d numbers", size)
                    .isEmpty();
            assertThat(SampleRows.mixedTrials(List.of(fixed, spec("items")), TWO_LENGTHS, 256))
                    .as("%d numbers", size)
                    .isEmpty();
        }
    }

    private static long size(Tensor tensor) {
        return tensor.shape().dim(1);
    }

    private static Padding length(int index) {
        return new Padding(new Axes(List.of(Axes.NONE, index)), 0);
    }

    private static TensorSpec spec(String name) {
        return new TensorSpec(name, DataType.INT64, Shape.of(-1, -1), false);
    }
}
