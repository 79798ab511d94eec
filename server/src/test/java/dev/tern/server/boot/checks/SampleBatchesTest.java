package dev.tern.server.boot.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleBatchesTest {
    @Test
    void onlyRowsOfTheSameInputsAreInOneBatch() {
        Tensor ids = Tensors.longs("ids", Shape.of(1, 2), 5, 6);
        Tensor mask = Tensors.longs("mask", Shape.of(1, 2), 1, 1);
        Tensor weights = Tensors.floats("weights", Shape.of(1, 2), 3, 4);
        List<List<Tensor>> samples = List.of(List.of(ids, mask), List.of(ids, weights), List.of(ids));

        List<List<Tensor>> batches = SampleBatches.of(samples, 8, new Random(1));

        assertThat(batches).hasSize(3);
        assertThat(batches.get(0)).extracting(Tensor::name).containsExactly("ids", "mask");
        assertThat(Tensors.longs(batches.get(0).get(1))).hasSize(16).containsOnly(1);
        assertThat(batches.get(1)).extracting(Tensor::name).containsExactly("ids", "weights");
        assertThat(Tensors.floats(batches.get(1).get(1))).hasSize(16).containsOnly(3, 4);
        assertThat(batches.get(2)).extracting(Tensor::name).containsExactly("ids");
        assertThat(batches).allMatch(batch -> batch.get(0).shape().equals(Shape.of(8, 2)));
    }

    @Test
    void rowsOfSeveralSamplesAreInOneBatch() {
        List<List<Tensor>> samples = List.of(
                List.of(Tensors.longs("x", Shape.of(2, 1), 1, 2)), List.of(Tensors.longs("x", Shape.of(1, 1), 3)));

        List<List<Tensor>> batches = SampleBatches.of(samples, 64, new Random(1));

        assertThat(batches).hasSize(1);
        assertThat(Tensors.longs(batches.get(0).get(0))).hasSize(64).contains(1, 2, 3);
    }
}
