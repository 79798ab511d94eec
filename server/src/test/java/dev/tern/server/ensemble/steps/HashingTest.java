package dev.tern.server.ensemble.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HashingTest {
    /** The example of TensorFlow's documentation of {@code tf.strings.to_hash_bucket_fast}. */
    @Test
    void textsGetTheNumbersThatTensorFlowGivesThem() {
        Tensor texts = Tensors.strings("id", Shape.of(3), "Hello", "TensorFlow", "2.x");
        assertThat(Tensors.longs(new Hashing("number", 3).of(List.of(texts)).get(0)))
                .containsExactly(0, 2, 2);
    }

    @Test
    void theShapeStays() {
        Tensor number = new Hashing("number", 7)
                .of(List.of(Tensors.strings("id", Shape.of(2, 1), "", "é")))
                .get(0);
        assertThat(number.name()).isEqualTo("number");
        assertThat(number.type()).isEqualTo(DataType.INT64);
        assertThat(number.shape()).isEqualTo(Shape.of(2, 1));
    }

    @Test
    void everyBucketIsUsedAndNoneBeyond() {
        String[] texts = IntStream.range(0, 1000).mapToObj(Integer::toString).toArray(String[]::new);
        long[] numbers = Tensors.longs(new Hashing("number", 10)
                .of(List.of(Tensors.strings("id", Shape.of(1000), texts)))
                .get(0));
        assertThat(LongStream.of(numbers).boxed().distinct()).containsOnly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }
}
