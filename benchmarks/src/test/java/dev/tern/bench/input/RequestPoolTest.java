package dev.tern.bench.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.bench.tensor.Datatype;
import dev.tern.proto.inference.ModelInferRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestPoolTest {
    private static final int ELEMENTS = 1_000;

    @Test
    void theSameSeedGivesTheSameBytes() {
        RequestPool pool = pool(1);
        assertThat(pool.get(3)).isEqualTo(pool(1).get(3)).isNotEqualTo(pool(2).get(3));
        assertThat(IntStream.range(0, pool.size()).mapToObj(pool::get))
                .hasSize(8)
                .doesNotHaveDuplicates();
    }

    @Test
    void requestsHoldModelInputsAndRawContents() throws InvalidProtocolBufferException {
        ModelInferRequest request = ModelInferRequest.parseFrom(pool(1).get(0));
        assertThat(request.getModelName()).isEqualTo("m");
        assertThat(request.getModelVersion()).isEqualTo("2");
        assertThat(request.getInputs(0).getName()).isEqualTo("x");
        assertThat(request.getInputs(0).getDatatype()).isEqualTo("FP32");
        assertThat(request.getInputs(0).getShapeList()).containsExactly(2L, 3L);
        assertThat(request.getRawInputContents(0).size()).isEqualTo(2 * 3 * Float.BYTES);
    }

    @ParameterizedTest
    @EnumSource(names = {"UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64"})
    void wholeNumbersReachBothEndsOfTheirRange(Datatype datatype) {
        ByteBuffer contents = contents(datatype, Optional.of(new ValueRange(3, 6)));
        assertThat(IntStream.range(0, ELEMENTS).mapToObj(i -> datatype.integerAt(contents, i)))
                .hasSize(ELEMENTS)
                .containsOnly("3", "4", "5", "6");
    }

    @ParameterizedTest
    @EnumSource(names = {"FP16", "BF16", "FP32", "FP64"})
    void floatsStayInTheirRange(Datatype datatype) {
        ByteBuffer contents = contents(datatype, Optional.of(new ValueRange(-2, 2)));
        assertThat(IntStream.range(0, ELEMENTS).mapToObj(i -> datatype.floatAt(contents, i)))
                .allMatch(value -> value >= -2 && value < 2)
                .anyMatch(value -> value < -1)
                .anyMatch(value -> value > 1);
    }

    @Test
    void textsAreLedByTheirLength() {
        ByteBuffer letters = contents(Datatype.BYTES, Optional.empty());
        assertThat(letters.remaining()).isEqualTo(ELEMENTS * (4 + 8));
        assertThat(letters.getInt()).isEqualTo(8);
        assertThat((char) letters.get()).isBetween('a', 'z');
        ByteBuffer numbers = contents(Datatype.BYTES, Optional.of(new ValueRange(7, 7)));
        assertThat(numbers.getInt()).isEqualTo(1);
        assertThat((char) numbers.get()).isEqualTo('7');
    }

    private static RequestPool pool(long seed) {
        InputTensor input = new InputTensor("x", Datatype.FP32, List.of(2L, 3L), Optional.empty());
        return RequestPool.random("m", "2", List.of(input), 8, seed);
    }

    private static ByteBuffer contents(Datatype datatype, Optional<ValueRange> range) {
        InputTensor input = new InputTensor("x", datatype, List.of((long) ELEMENTS), range);
        ByteString contents = Contents.random(input, new SplittableRandom(1));
        return contents.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}
