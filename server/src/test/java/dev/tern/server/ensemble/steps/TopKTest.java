package dev.tern.server.ensemble.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopKTest {
    @Test
    void theBestComeWithTheirIds() throws UnfitException {
        List<Tensor> best = new TopK("s", "i", 2, false)
                .of(List.of(
                        Tensors.floats("score", Shape.of(4, 1), 0.1f, 0.9f, -3, 0.5f),
                        Tensors.strings("id", Shape.of(4, 1), "a", "b", "c", "d")));
        assertThat(best).extracting(Tensor::name).containsExactly("s", "i");
        assertThat(best).extracting(Tensor::shape).containsOnly(Shape.of(2));
        assertThat(Tensors.floats(best.get(0))).containsExactly(0.9f, 0.5f);
        assertThat(Tensors.strings(best.get(1))).containsExactly("b", "d");
    }

    @Test
    void eachRowHasItsOwn() throws UnfitException {
        List<Tensor> best = new TopK("s", "i", 2, true)
                .of(List.of(
                        Tensors.floats("score", Shape.of(2, 3), 1, 3, 2, 6, 5, 4),
                        Tensors.longs("id", Shape.of(2, 3), 10, 11, 12, 13, 14, 15)));
        assertThat(best).extracting(Tensor::shape).containsOnly(Shape.of(2, 2));
        assertThat(Tensors.longs(best.get(1))).containsExactly(11, 12, 13, 14);
    }

    @Test
    void thereMayBeFewerThanAreWanted() throws UnfitException {
        TopK topK = new TopK("s", "i", 5, false);
        List<Tensor> best =
                topK.of(List.of(Tensors.floats("score", Shape.of(2), 1, 2), Tensors.longs("id", Shape.of(2), 7, 8)));
        assertThat(Tensors.longs(best.get(1))).containsExactly(8, 7);
        List<Tensor> none = topK.of(List.of(Tensors.floats("score", Shape.of(0)), Tensors.strings("id", Shape.of(0))));
        assertThat(none).extracting(Tensor::shape).containsOnly(Shape.of(0));
    }

    @Test
    void equalScoresKeepTheirOrderAndNaNIsLast() throws UnfitException {
        float nan = Float.intBitsToFloat(0xffc00001);
        List<Tensor> best = new TopK("s", "i", 6, false)
                .of(List.of(
                        Tensors.floats("score", Shape.of(6), nan, 0.0f, -0.0f, Float.NEGATIVE_INFINITY, 0.0f, 1),
                        Tensors.longs("id", Shape.of(6), 0, 1, 2, 3, 4, 5)));
        assertThat(Tensors.longs(best.get(1))).containsExactly(5, 1, 2, 4, 3, 0);
    }

    @Test
    void itIsWhatSortingWouldGive() throws UnfitException {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            int count = 1 + random.nextInt(60);
            float[] scores = new float[count];
            for (int i = 0; i < count; i++) {
                scores[i] = random.nextInt(20) - 10;
            }
            int k = 1 + random.nextInt(70);
            long[] expected = IntStream.range(0, count)
                    .boxed()
                    .sorted(Comparator.comparing(i -> -scores[i]))
                    .limit(k)
                    .mapToLong(i -> i)
                    .toArray();
            List<Tensor> best = new TopK("s", "i", k, false)
                    .of(List.of(
                            Tensors.floats("score", Shape.of(count), scores),
                            Tensors.longs(
                                    "id",
                                    Shape.of(count),
                                    IntStream.range(0, count).asLongStream().toArray())));
            assertThat(Tensors.longs(best.get(1))).containsExactly(expected);
        }
    }

    @Test
    void eachScoreNeedsItsId() {
        assertThatThrownBy(() -> new TopK("s", "i", 1, false)
                        .of(List.of(
                                Tensors.floats("score", Shape.of(2), 1, 2), Tensors.longs("id", Shape.of(3), 1, 2, 3))))
                .isInstanceOf(UnfitException.class)
                .hasMessage("input 'id' has 3 elements, but input 'score' has 2; each score needs its id");
    }
}
