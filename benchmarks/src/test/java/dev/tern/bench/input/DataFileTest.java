package dev.tern.bench.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.TensorInfo;
import dev.tern.proto.inference.ModelInferRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataFileTest {
    private static final TensorInfo ROWS = new TensorInfo("x", "FP32", List.of(-1L, 2L));

    @TempDir
    Path folder;

    /** Every way to write one row of 1 and 2. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'data': [{'x': [1, 2]}]}",
                "{'data': [[{'x': [1.0, 2e0]}]]}",
                "{'data': [{'x': [[1, 2]]}]}",
                "{'data': [{'x': {'content': [1, 2]}}]}",
                "{'data': [{'x': {'content': [1, 2], 'shape': [2]}}]}",
                "{'data': [{'x': {'content': [1, 2], 'shape': [1, 2]}}]}",
                "{'data': [{'x': {'b64': 'AACAPwAAAEA='}}]}",
                "{'data': [{'x': {'content': {'b64': 'AACAPwAAAEA='}, 'shape': [1, 2]}}]}",
                "{'data': [{'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [1, 2], 'data': [1, 2]}]}]}",
                "{'id': '7', 'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [1, 2], 'data': [1, 2]}],"
                        + " 'outputs': [{'name': 'y'}]}"
            })
    void allFormsAreRead(String json) throws IOException {
        ModelInferRequest request = only(pool(json, ROWS));
        assertThat(request.getInputs(0).getName()).isEqualTo("x");
        assertThat(request.getInputs(0).getShapeList()).containsExactly(1L, 2L);
        assertThat(request.getRawInputContents(0)).isEqualTo(floats(1, 2));
    }

    @Test
    void elementsAreRequestsInTurn() throws IOException {
        RequestPool pool = pool("{'data': [{'x': [1, 2]}, {'x': [1, 2, 3, 4]}, {'x': [5, 6]}]}", ROWS);
        assertThat(pool.size()).isEqualTo(3);
        assertThat(pool.rows(1)).isEqualTo(2);
        assertThat(parsed(pool.get(2)).getRawInputContents(0)).isEqualTo(floats(5, 6));
        assertThat(pool.info().fewestRows()).isEqualTo(1);
        assertThat(pool.info().mostRows()).isEqualTo(2);
        assertThat(pool.inputs()).hasToString("[x FP32[-1,2]]");
    }

    @Test
    void inputsAreSentInTheModelsOrder() throws IOException {
        TensorInfo other = new TensorInfo("a b", "BYTES", List.of(1L));
        ModelInferRequest request = only(pool("{'data': [{'a b': ['\u00fc'], 'x': [1, 2]}]}", ROWS, other));
        assertThat(request.getInputsList()).extracting(each -> each.getName()).containsExactly("x", "a b");
        assertThat(request.getRawInputContents(1))
                .isEqualTo(ByteString.copyFrom(new byte[] {2, 0, 0, 0, (byte) 0xC3, (byte) 0xBC}));
    }

    @Test
    void wholeNumbersKeepAllTheirDigits() throws IOException {
        TensorInfo wide = new TensorInfo("n", "UINT64", List.of(-1L));
        ModelInferRequest request = only(pool("{'data': [{'n': [18446744073709551615, 9007199254740993]}]}", wide));
        ByteBuffer contents =
                request.getRawInputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(contents.getLong()).isEqualTo(-1);
        assertThat(contents.getLong()).isEqualTo(9007199254740993L);
    }

    @Test
    void truthIsSpeltOrCounted() throws IOException {
        TensorInfo flags = new TensorInfo("f", "BOOL", List.of(4L));
        assertThat(only(pool("{'data': [{'f': [true, false, 1, 0]}]}", flags)).getRawInputContents(0))
                .isEqualTo(ByteString.copyFrom(new byte[] {1, 0, 1, 0}));
    }

    @Test
    void ofTwoOpenDimensionsTheFirstIsOneRow() throws IOException {
        TensorInfo tokens = new TensorInfo("ids", "INT64", List.of(-1L, -1L));
        assertThat(only(pool("{'data': [{'ids': [1, 2, 3]}]}", tokens))
                        .getInputs(0)
                        .getShapeList())
                .containsExactly(1L, 3L);
        assertThat(only(pool("{'data': [{'ids': [[1, 2, 3], [4, 5, 6]]}]}", tokens))
                        .getInputs(0)
                        .getShapeList())
                .containsExactly(2L, 3L);
    }

    @Test
    void theOptionSaysWhatTheDataDoNot() throws IOException {
        TensorInfo image = new TensorInfo("image", "UINT8", List.of(-1L, -1L, -1L));
        Path file = file("{'data': [{'image': [1, 2, 3, 4, 5, 6]}]}");
        RequestPool pool = RequestPool.of(
                RequestHead.of("m", ""), model(image), settings(file, List.of(GivenShape.parse("image:3,2"))), 1);
        assertThat(only(pool).getInputs(0).getShapeList()).containsExactly(1L, 3L, 2L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'data': [{'x': [1, 2]}, {'x': [1, 'two']}]}|data[1], input 'x': element 1: 'two' is not allowed"
                        + " (expected: a number that FP32 holds)",
                "{'data': [{'x': [1, 1e39]}]}|data[0], input 'x': element 1: 1e39 is not allowed (expected: a number"
                        + " that FP32 holds)",
                "{'data': [{'x': [1, null]}]}|data[0], input 'x': element 1: null is not allowed (expected: a number"
                        + " that FP32 holds)",
                "{'data': [{'x': [1, 2, 3]}]}|data[0], input 'x': 3 elements of shape [1,2] are not allowed (expected: x"
                        + " FP32[-1,2])",
                "{'data': [{'x': [[1, 2, 3]]}]}|data[0], input 'x': 3 elements of shape [1,3] are not allowed (expected:"
                        + " x FP32[-1,2])",
                "{'data': [{'x': {'content': [1, 2], 'shape': [2, 2]}}]}|data[0], input 'x': 2 elements of shape [2,2]"
                        + " are not allowed (expected: x FP32[-1,2])",
                "{'data': [{'x': {'content': [1, 2], 'shape': [1.5]}}]}|data[0], input 'x': shape [1.5] is not allowed"
                        + " (expected: whole numbers)",
                "{'data': [{'x': {'shape': [1, 2]}}]}|data[0], input 'x': an object without content is not allowed"
                        + " (expected: an array, or an object with \"content\" or \"b64\", and \"shape\" where it is not"
                        + " clear)",
                "{'data': [{'x': {'b64': 'AAAA'}}]}|data[0], input 'x': 3 bytes are not allowed (expected: a multiple of"
                        + " 4, the size of FP32)",
                "{'data': [{'x': {'b64': '!'}}]}|data[0], input 'x': b64 is not base64",
                "{'data': [{'y': [1, 2]}]}|data[0], model 'm' has no input 'y' (it has: x FP32[-1,2])",
                "{'data': [{}]}|data[0], input 'x' is missing (the model has: x FP32[-1,2])",
                "{'data': [1]}|data[0], it is no object (expected: inputs by their names)",
                "{'data': []}|it has no requests (expected: {\"data\": [{\"INPUT\": [...], ...}, ...]})",
                "{'datum': []}|\"datum\" is not allowed (expected: data, or inputs for a single request)",
                "{'data': [{'x': [1, 2]}], 'validation_data': []}|\"validation_data\" is not read: use --record-answers"
                        + " and --verify=FILE",
                "{'inputs': [{'name': 'x', 'datatype': 'FP16', 'shape': [1, 2], 'data': [1, 2]}]}|input 'x': the datatype"
                        + " FP16 is not allowed (expected: FP32)"
            })
    void whatDoesNotFitIsPlaced(String json, String message) throws IOException {
        Path file = file(json);
        assertThatThrownBy(() -> RequestPool.of(RequestHead.of("m", ""), model(ROWS), settings(file, List.of()), 1))
                .isInstanceOf(InputException.class)
                .hasMessage("--data " + file + ": " + message);
    }

    @ParameterizedTest
    @CsvSource({
        "INT8, 128, a whole number from -128 to 127",
        "INT64, 1.5, a whole number from -9223372036854775808 to 9223372036854775807",
        "UINT64, -1, a whole number from 0 to 18446744073709551615",
        "INT32, 1e999999999, a whole number from -2147483648 to 2147483647",
        "FP16, 70000, a number that FP16 holds",
        "BOOL, 2, 'true, false, 1 or 0'",
        "BYTES, 3, a text in quotes"
    })
    void eachDatatypeHoldsItsOwn(String datatype, String value, String expected) throws IOException {
        TensorInfo input = new TensorInfo("v", datatype, List.of(1L));
        Path file = file("{'data': [{'v': [" + value + "]}]}");
        assertThatThrownBy(() -> RequestPool.of(RequestHead.of("m", ""), model(input), settings(file, List.of()), 1))
                .hasMessage("--data " + file + ": data[0], input 'v': element 0: " + value
                        + " is not allowed (expected: " + expected + ")");
    }

    @Test
    void whatIsNoJsonIsPlacedByLine() throws IOException {
        Path file = file("{'data': [\n{'x': [1, 2}\n]}");
        assertThatThrownBy(() -> pool(Files.readString(file), ROWS))
                .isInstanceOf(InputException.class)
                .hasMessageMatching("(?s)--data .*: it is not the JSON expected, \\{\"data\": \\[\\.\\.\\.]}, at line 2"
                        + " column \\d+");
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("none.json");
        assertThatThrownBy(() -> RequestPool.of(RequestHead.of("m", ""), model(ROWS), settings(file, List.of()), 1))
                .hasMessage("--data " + file + ": there is no such file (expected: a JSON file, or a folder)");
    }

    @Test
    void aFolderHasAFileForEachInput() throws IOException {
        TensorInfo words = new TensorInfo("words", "BYTES", List.of(-1L, 1L));
        Files.write(folder.resolve("x"), floats(1, 2, 3, 4).toByteArray());
        Files.writeString(folder.resolve("words"), "one\ntwo\n");
        RequestPool pool = RequestPool.of(RequestHead.of("m", ""), model(ROWS, words), settings(folder, List.of()), 1);
        assertThat(only(pool).getInputs(0).getShapeList()).containsExactly(2L, 2L);
        assertThat(only(pool).getRawInputContents(0)).isEqualTo(floats(1, 2, 3, 4));
        assertThat(only(pool).getInputs(1).getShapeList()).containsExactly(2L, 1L);
        assertThat(only(pool).getRawInputContents(1).toStringUtf8()).isEqualTo("\3\0\0\0one\3\0\0\0two");
    }

    @Test
    void aFolderThatDoesNotFitIsRefused() throws IOException {
        assertThatThrownBy(() -> RequestPool.of(RequestHead.of("m", ""), model(ROWS), settings(folder, List.of()), 1))
                .hasMessage("--data " + folder.resolve("x")
                        + ": input 'x': there is no such file (expected: a file for each input)");
        Files.write(folder.resolve("x"), new byte[7]);
        assertThatThrownBy(() -> RequestPool.of(RequestHead.of("m", ""), model(ROWS), settings(folder, List.of()), 1))
                .hasMessage("--data " + folder.resolve("x")
                        + ": input 'x': 7 bytes are not allowed (expected: a multiple of 4, the size of FP32)");
    }

    @Test
    void aNameThatLeadsOutOfTheFolderIsNotFollowed() {
        TensorInfo out = new TensorInfo("../x", "FP32", List.of(1L));
        assertThatThrownBy(() -> RequestPool.of(RequestHead.of("m", ""), model(out), settings(folder, List.of()), 1))
                .hasMessage("--data " + folder + ": input '../x' cannot be the name of a file in it: use a JSON file");
    }

    private RequestPool pool(String json, TensorInfo... inputs) throws IOException {
        return RequestPool.of(RequestHead.of("m", ""), model(inputs), settings(file(json), List.of()), 1);
    }

    private Path file(String json) throws IOException {
        return Files.writeString(folder.resolve("data.json"), json.replace('\'', '"'));
    }

    private static InputSettings settings(Path data, List<GivenShape> shapes) {
        return new InputSettings(1, shapes, List.of(), List.of(), false, Optional.of(data), 64);
    }

    private static ModelInfo model(TensorInfo... inputs) {
        return new ModelInfo("m", "", List.of(), Arrays.asList(inputs), List.of(), OptionalInt.empty());
    }

    private static ModelInferRequest only(RequestPool pool) throws InvalidProtocolBufferException {
        assertThat(pool.size()).isEqualTo(1);
        return parsed(pool.get(0));
    }

    private static ModelInferRequest parsed(byte[] request) throws InvalidProtocolBufferException {
        return ModelInferRequest.parseFrom(request);
    }

    private static ByteString floats(float... values) {
        ByteBuffer contents = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float each : values) {
            contents.putFloat(each);
        }
        return ByteString.copyFrom(contents.flip());
    }
}
