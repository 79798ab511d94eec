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
