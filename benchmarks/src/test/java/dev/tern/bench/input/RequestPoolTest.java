package dev.tern.bench.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.Datatype;
import dev.tern.bench.tensor.TensorInfo;
import dev.tern.proto.inference.ModelInferRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

    @Test
    void parametersAreSentWhereGiven() throws InvalidProtocolBufferException {
        RequestHead head = new RequestHead("m", "", OptionalLong.of(2), Optional.of(Duration.ofMillis(3)));
        RequestPool pool = RequestPool.random(head, model(), 1, List.of(), List.of(), 1, 1);
        ModelInferRequest request = ModelInferRequest.parseFrom(pool.get(0));
        assertThat(request.getParametersOrThrow("priority").getUint64Param()).isEqualTo(2);
        assertThat(request.getParametersOrThrow("timeout").getInt64Param()).isEqualTo(3_000);
        assertThat(ModelInferRequest.parseFrom(pool(1).get(0)).getParametersMap())
                .isEmpty();
    }

    @Test
    void dimensionsOfTheSameTextAgreeWithinARequest() {
        RequestPool pool = sequences("ids:zipf(8,512)", "mask:zipf(8,512)");
        assertThat(IntStream.range(0, pool.size()).mapToObj(pool::get))
                .allSatisfy(request -> assertThat(shape(request, 0)).isEqualTo(shape(request, 1)));
        assertThat(pool.inputs()).hasToString("[ids INT64[1,-1], mask INT64[1,-1]]");
        // The mean of 8 to 512 in proportion to 1 over the length is 505 / (H(512) - H(7)), which is 119.7.
        DrawnLengths lengths = pool.lengths().get(0);
        assertThat(pool.lengths()).hasSize(1);
        assertThat(lengths.distribution()).isEqualTo("zipf(8,512)");
        assertThat(lengths.mean()).isBetween(110.0, 130.0);
        assertThat(lengths.max()).isBetween(490L, 512L);
    }

    @Test
    void dimensionsOfAnotherTextDoNot() {
        RequestPool pool = sequences("ids:uniform(1,99)", "mask:uniform(001,99)");
        assertThat(IntStream.range(0, pool.size()).mapToObj(pool::get))
                .anySatisfy(request -> assertThat(shape(request, 0)).isNotEqualTo(shape(request, 1)));
        assertThat(pool.lengths()).hasSize(2);
        assertThat(pool.lengths().get(0).mean()).isBetween(47.0, 53.0);
    }

    @Test
    void theExponentMakesLongOnesRarer() {
        assertThat(sequences("ids:zipf(8,512,2)").lengths().get(0).mean()).isLessThan(60);
        assertThat(sequences("ids:zipf(8,512,0)").lengths().get(0).mean()).isBetween(250.0, 270.0);
        assertThat(sequences("ids:zipf(8,8)").lengths())
                .hasToString("[DrawnLengths[distribution=zipf(8,8), mean=8.0, max=8]]");
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
        ModelInfo model = model(new TensorInfo("x", "FP32", List.of(-1L, 3L)));
        return RequestPool.random(RequestHead.of("m", "2"), model, 2, List.of(), List.of(), 8, seed);
    }

    private static RequestPool sequences(String... shapes) {
        ModelInfo model = model(
                new TensorInfo("ids", "INT64", List.of(-1L, -1L)), new TensorInfo("mask", "INT64", List.of(-1L, -1L)));
        List<GivenShape> given = Arrays.stream(shapes).map(GivenShape::parse).toList();
        return RequestPool.random(RequestHead.of("m", ""), model, 1, given, List.of(), 2_000, 1);
    }

    private static ModelInfo model(TensorInfo... inputs) {
        return new ModelInfo("m", "", List.of(), List.of(inputs), List.of(), OptionalInt.empty());
    }

    private static List<Long> shape(byte[] request, int input) {
        try {
            return ModelInferRequest.parseFrom(request).getInputs(input).getShapeList();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ByteBuffer contents(Datatype datatype, Optional<ValueRange> range) {
        InputTensor input = new InputTensor("x", datatype, List.of((long) ELEMENTS), range);
        ByteString contents = Contents.random(input, new SplittableRandom(1));
        return contents.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}
