package dev.tern.bench.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.TensorInfo;
import dev.tern.proto.inference.ModelInferRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CatalogueRequestsTest {
    private static final int FLOATS = 3;
    private static final int ROW = FLOATS * Float.BYTES;
    private static final ModelInfo MODEL =
            model(new TensorInfo("id", "INT64", List.of(-1L, 2L)), new TensorInfo("x", "FP32", List.of(-1L, 3L)));
    /** Of 9 degrees of freedom, exceeded by one sample in a thousand. */
    private static final double CRITICAL = 27.88;

    @Test
    void theSameNumberIsTheSameRequestInAnyPool() {
        RequestPool pool = pool(4, new Catalogue(1_000, 1, 0));
        assertThat(pool.get(7)).isEqualTo(pool(4, new Catalogue(1_000, 1, 0)).get(7));
        assertThat(pool.get(7)).isEqualTo(pool(4, new Catalogue(1_000, 1, 5)).get(2));
        assertThat(IntStream.range(0, 200).mapToObj(pool::get)).doesNotHaveDuplicates();
    }

    @Test
    void requestsAreWholeAndFitTheModel() throws InvalidProtocolBufferException {
        RequestPool pool = pool(200, new Catalogue(1_000, 1, 0));
        ModelInferRequest request = ModelInferRequest.parseFrom(pool.get(3));
        assertThat(request.getModelName()).isEqualTo("m");
        assertThat(request.getInputsList())
                .extracting(each -> each.getName() + each.getDatatype() + each.getShapeList())
                .containsExactly("idINT64[200, 2]", "xFP32[200, 3]");
        assertThat(request.getRawInputContents(0).size()).isEqualTo(200 * 2 * Long.BYTES);
        ByteBuffer ids = request.getRawInputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(IntStream.range(0, 400).mapToLong(each -> ids.getLong(each * Long.BYTES)))
                .allMatch(each -> each >= 0 && each <= 9);
        ByteBuffer floats =
                request.getRawInputContents(1).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(IntStream.range(0, 600).mapToObj(each -> floats.getFloat(each * Float.BYTES)))
                .allMatch(each -> each >= 0 && each < 1);
        assertThat(pool.size()).isEqualTo(1_000);
        assertThat(pool.rows(3)).isEqualTo(200);
    }

    @Test
    void noRowIsTwiceInARequestAndRowsAreTheSameInAll() {
        RequestPool pool = pool(5, new Catalogue(10, 1, 0));
        Map<Long, String> seen = new HashMap<>();
        for (int i = 0; i < 50; i++) {
            List<Long> numbers = numbers(pool, i);
            assertThat(numbers).doesNotHaveDuplicates().allMatch(each -> each < 10);
            for (int place = 0; place < 5; place++) {
                String row = row(pool, i, place);
                assertThat(seen.merge(numbers.get(place), row, (old, now) -> old))
                        .isEqualTo(row);
            }
        }
        assertThat(seen.values()).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void popularRowsAreDrawnFirstByZipfsLaw() {
        int requests = 20_000;
        RequestPool pool = RequestPool.of(
                RequestHead.of("m", ""), MODEL, InputSettings.from(new Catalogue(10, 1, 0), 2, requests), 1);
        long[] counts = new long[10];
        for (int i = 0; i < requests; i++) {
            counts[numbers(pool, i).get(0).intValue()]++;
        }
        double sum = IntStream.rangeClosed(1, 10).mapToDouble(k -> 1.0 / k).sum();
        double chiSquare = IntStream.range(0, 10)
                .mapToDouble(row -> {
                    double expected = requests / (row + 1.0) / sum;
                    return (counts[row] - expected) * (counts[row] - expected) / expected;
                })
                .sum();
        assertThat(chiSquare).isLessThan(CRITICAL);
    }

    @Test
    void aRequestOfOneRowIsTheRowOfItsNumber() {
        long first = (1L << 39) + 12_345;
        assertThat(numbers(pool(1, new Catalogue(10, 1, first)), 17)).containsExactly(first + 17);
        assertThat(numbers(pool(1, new Catalogue(10, 1, 0)), 999)).containsExactly(999L);
    }

    @Test
    void inputsWithoutRowsOrRoomForTheirNumbersAreRefused() {
        assertThatThrownBy(() -> pool(model(new TensorInfo("x", "FP32", List.of(3L)))))
                .isInstanceOf(InputException.class)
                .hasMessage(
                        "input x FP32[3] is not for a catalogue (expected: numbers, and a variable first dimension)");
        assertThatThrownBy(() -> pool(model(new TensorInfo("x", "BYTES", List.of(-1L, 3L)))))
                .isInstanceOf(InputException.class);
        assertThatThrownBy(() -> pool(model(new TensorInfo("x", "FP32", List.of(-1L, 1L)))))
                .isInstanceOf(InputException.class)
                .hasMessage(
                        "model 'm' has no input of two FP32 numbers or more a row, which a catalogue's rows are told"
                                + " apart by");
    }

    private static List<Long> numbers(RequestPool pool, int index) {
        byte[] request = pool.get(index);
        int start = request.length - pool.rows(index) * ROW;
        ByteBuffer floats = ByteBuffer.wrap(request).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> numbers = new ArrayList<>();
        for (int at = start; at < request.length; at += ROW) {
            long low = (long) (floats.getFloat(at) * (1 << 20));
            long high = (long) (floats.getFloat(at + Float.BYTES) * (1 << 20));
            numbers.add(high << 20 | low);
        }
        return numbers;
    }

    private static String row(RequestPool pool, int index, int place) {
        byte[] request = pool.get(index);
        int from = request.length - (pool.rows(index) - place) * ROW;
        return ByteBuffer.wrap(request).getInt(from) + ":"
                + ByteBuffer.wrap(request).getInt(from + 2 * Float.BYTES);
    }

    private static RequestPool pool(int rows, Catalogue catalogue) {
        return RequestPool.of(RequestHead.of("m", ""), MODEL, InputSettings.from(catalogue, rows, 1_000), 1);
    }

    private static RequestPool pool(ModelInfo model) {
        return RequestPool.of(RequestHead.of("m", ""), model, InputSettings.from(new Catalogue(10, 1, 0), 1, 10), 1);
    }

    private static ModelInfo model(TensorInfo... inputs) {
        return new ModelInfo("m", "", List.of("1"), List.of(inputs), List.of(), OptionalInt.empty());
    }
}
