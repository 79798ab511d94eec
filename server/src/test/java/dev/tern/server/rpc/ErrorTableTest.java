package dev.tern.server.rpc;

import static dev.tern.server.rpc.Refused.invalid;
import static dev.tern.server.rpc.Refused.notFound;
import static dev.tern.server.rpc.Refused.unavailable;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.tern.server.boot.TestServer;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Triton's status and wording for each thing that can be wrong with a ModelInfer request. */
@Tag("protocol")
class ErrorTableTest {
    private static final String NO_ID = "[request id: <id_unknown>] ";
    private static final String BATCH_NOTE =
            "NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to"
                    + " each input shape. If you want to specify the full shape including the batch dim in your input"
                    + " dims config, try setting max_batch_size to zero. See the model configuration docs for more info"
                    + " on max_batch_size.";
    private static final ByteString ROW = Requests.floats(1, 2, 3);

    /** One element pair more than there may be classes. */
    private static final ByteString TOO_MANY = ByteString.copyFrom(new byte[2 * 500_001 * Float.BYTES]);

    private static TestServer server;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @BeforeAll
    static void serve(@TempDir Path repository) {
        ModelDirectory.of(repository, "rows")
                .version(2, OnnxModels.identity(DataType.FP32))
                .config("max_batch_size: 4");
        ModelDirectory.of(repository, "whole").version(1, OnnxModels.identity(DataType.FP32, 2, "n"));
        ModelDirectory.of(repository, "text").version(1, OnnxModels.identity(DataType.BYTES));
        ModelDirectory.of(repository, "pair").version(1, OnnxModels.simple());
        ModelDirectory.of(repository, "spare")
                .version(1, OnnxModels.optionalInput())
                .config("input { name: 'x' data_type: TYPE_FP32 dims: [-1, 4] }"
                        + " input { name: 'bias' data_type: TYPE_FP32 dims: [4] optional: true }");
        ModelDirectory.of(repository, "broken").version(1, "no model".getBytes(StandardCharsets.UTF_8));
        server = TestServer.serving(repository);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void watch() {
        noLeaks.watch("requests in flight", () -> server.inFlight());
    }

    static Stream<Arguments> versions() {
        return Stream.of(
                row("unknown model", to("nope", ""), notFound("Request for unknown model: 'nope' is not found")),
                row("no model name", to("", ""), notFound("Request for unknown model: '' is not found")),
                row(
                        "unknown model, version given",
                        to("nope", "1"),
                        notFound("Request for unknown model: 'nope' is not found")),
                row(
                        "unknown version",
                        to("rows", "7"),
                        notFound("Request for unknown model: 'rows' version 7 is not found")),
                row(
                        "no version is ready",
                        to("broken", ""),
                        notFound("Request for unknown model: 'broken' has no available versions")),
                row(
                        "version is not ready",
                        to("broken", "1"),
                        unavailable("Request for unknown model: 'broken' version 1 is not at ready state")),
                row(
                        "version is no number",
                        to("rows", "latest"),
                        invalid("failed to get model version from specified version string 'latest' (details: stol),"
                                + " version should be an integral value > 0")),
                row(
                        "version is past 63 bits",
                        to("rows", "9223372036854775808"),
                        invalid("failed to get model version from specified version string '9223372036854775808'"
                                + " (details: stol), version should be an integral value > 0")),
                row(
                        "version is negative",
                        to("rows", "-1"),
                        invalid("invalid model version specified '-1' , version should be an integral value > 0")));
    }

    static Stream<Arguments> names() {
        return Stream.of(
                row(
                        "too few inputs",
                        Requests.raw("pair", "INPUT0", "INT32", Requests.ints(new int[16]), 1, 16),
                        invalid(NO_ID + "expected 2 inputs but got 1 inputs for model 'pair'. Got input(s)"
                                + " ['INPUT0'], but missing required input(s) ['INPUT1']. Please provide all required"
                                + " input(s).")),
                row(
                        "too many inputs",
                        rows(ROW, 1, 3)
                                .addInputs(Requests.input("z", "FP32", 1, 3))
                                .addRawInputContents(ROW),
                        invalid(NO_ID + "expected 1 inputs but got 2 inputs for model 'rows'. Got input(s) ['x','z'],"
                                + " but missing required input(s) []. Please provide all required input(s).")),
                row(
                        "no inputs",
                        Requests.to("rows"),
                        invalid(NO_ID + "expected 1 inputs but got 0 inputs for model 'rows'. Got input(s) [], but"
                                + " missing required input(s) ['x']. Please provide all required input(s).")),
                row(
                        "no inputs, one may be left out",
                        Requests.to("spare"),
                        invalid(NO_ID + "expected number of inputs between 1 and 2 but got 0 inputs for model 'spare'."
                                + " Got input(s) [], but missing required input(s) ['x']. Please provide all required"
                                + " input(s).")),
                row(
                        "the request's id leads the message",
                        Requests.to("rows").setId("r-17"),
                        invalid("[request id: r-17] expected 1 inputs but got 0 inputs for model 'rows'. Got input(s)"
                                + " [], but missing required input(s) ['x']. Please provide all required input(s).")),
                row(
                        "unknown input",
                        Requests.raw("rows", "z", "FP32", ROW, 1, 3),
                        invalid("unexpected inference input 'z' for model 'rows'")),
                row(
                        "unknown input of an unknown type",
                        Requests.raw("rows", "z", "FP8", ROW, 1, 3),
                        invalid("unexpected inference input 'z' for model 'rows'")),
                row(
                        "unknown output",
                        rows(ROW, 1, 3).addOutputs(Requests.output("z")),
                        invalid("unexpected inference output 'z' for model 'rows'")),
                row(
                        "input given twice",
                        rows(ROW, 1, 3)
                                .addInputs(Requests.input("x", "FP32", 1, 3))
                                .addRawInputContents(ROW),
                        invalid(NO_ID + "input 'x' already exists in request")),
                row(
                        "output asked for twice",
                        rows(ROW, 1, 3).addOutputs(Requests.output("y")).addOutputs(Requests.output("y")),
                        invalid(NO_ID + "output 'y' already exists in request")));
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                row(
                        "datatype",
                        Requests.raw("rows", "x", "INT32", ROW, 1, 3),
                        invalid(NO_ID + "inference input 'x' data-type is 'INT32', but model 'rows' expects 'FP32'")),
                row(
                        "datatype that there is not",
                        Requests.raw("rows", "x", "fp32", ROW, 1, 3),
                        invalid(NO_ID
                                + "inference input 'x' data-type is '<invalid>', but model 'rows' expects 'FP32'")),
                row(
                        "shape, batching",
                        rows(Requests.floats(1, 2, 3, 4), 1, 4),
                        invalid(NO_ID + "unexpected shape for input 'x' for model 'rows'. Expected [-1,3], got [1,4]. "
                                + BATCH_NOTE)),
                row(
                        "shape without a batch dimension",
                        rows(ROW, 3),
                        invalid(NO_ID + "unexpected shape for input 'x' for model 'rows'. Expected [-1,3], got [3]. "
                                + BATCH_NOTE)),
                row(
                        "shape, not batching",
                        Requests.raw("whole", "x", "FP32", ROW, 3, 1),
                        invalid(NO_ID + "unexpected shape for input 'x' for model 'whole'. Expected [2,-1], got"
                                + " [3,1]. ")),
                row(
                        "a dimension left open",
                        rows(ROW, 1, -1),
                        invalid(NO_ID + "All input dimensions should be specified for input 'x' for model 'rows', got"
                                + " [1,-1]")),
                row(
                        "no dimensions, batching",
                        rows(ROW),
                        invalid(NO_ID + "input 'x' has no shape but model requires batch dimension for 'rows'")),
                row(
                        "inputs disagree on the batch size",
                        Requests.to("pair")
                                .addInputs(Requests.input("INPUT0", "INT32", 1, 16))
                                .addInputs(Requests.input("INPUT1", "INT32", 2, 16))
                                .addRawInputContents(Requests.ints(new int[16]))
                                .addRawInputContents(Requests.ints(new int[32])),
                        invalid(NO_ID + "input 'INPUT1' batch size does not match other inputs for 'pair'")),
                row(
                        "batch over the maximum",
                        rows(Requests.floats(new float[15]), 5, 3),
                        invalid(NO_ID + "inference request batch-size must be <= 4 for 'rows'")),
                row(
                        "a negative dimension",
                        rows(ROW, 1, -7),
                        invalid("tensor 'x' contains an invalid dimension in shape [1,-7]")),
                row(
                        "a negative batch size",
                        rows(ROW, Long.MIN_VALUE, 3),
                        invalid("tensor 'x' contains an invalid dimension in shape [-9223372036854775808,3]")),
                row(
                        "elements past 63 bits",
                        Requests.raw("whole", "x", "FP32", ROW, 2, Long.MAX_VALUE),
                        invalid("byte size for tensor 'x' exceeds maximum size of 9223372036854775807")),
                row(
                        "bytes past 63 bits",
                        Requests.raw("whole", "x", "FP32", ROW, 2, Long.MAX_VALUE / 4),
                        invalid("byte size for tensor 'x' exceeds maximum size of 9223372036854775807")));
    }

    static Stream<Arguments> data() {
        InferTensorContents floats = InferTensorContents.newBuilder()
                .addFp32Contents(1)
                .addFp32Contents(2)
                .addFp32Contents(3)
                .build();
        return Stream.of(
                row(
                        "byte size",
                        rows(ROW, 2, 3),
                        invalid(NO_ID
                                + "input byte size mismatch for input 'x' for model 'rows'. Expected 24, got 12")),
                row(
                        "too few typed elements",
                        typed(floats, 2, 3),
                        invalid(NO_ID
                                + "input byte size mismatch for input 'x' for model 'rows'. Expected 24, got 12")),
                row(
                        "contents that hold nothing",
                        typed(InferTensorContents.getDefaultInstance(), 1, 3),
                        invalid(NO_ID + "input byte size mismatch for input 'x' for model 'rows'. Expected 12, got 0")),
                row(
                        "contents and raw",
                        typed(floats, 1, 3).addRawInputContents(ROW),
                        invalid("contents field must not be specified when using raw_input_contents for 'x' for model"
                                + " 'rows'")),
                row(
                        "the wrong typed list",
                        typed(InferTensorContents.newBuilder().addIntContents(1).build(), 1, 3),
                        invalid("unexpected explicit tensor data for input tensor 'x' for model 'rows' of type 'INT32',"
                                + " expected datatype 'FP32'")),
                row(
                        "two typed lists",
                        typed(floats.toBuilder().addFp64Contents(1).build(), 1, 3),
                        invalid("unexpected explicit tensor data for input tensor 'x' for model 'rows', binary data was"
                                + " already supplied.")),
                row(
                        "no data",
                        Requests.to("rows").addInputs(Requests.input("x", "FP32", 1, 3)),
                        invalid("unable to find data for input tensor 'x' for model 'rows' in request.")),
                row(
                        "fewer raw entries than inputs",
                        Requests.raw("pair", "INPUT0", "INT32", Requests.ints(new int[16]), 1, 16)
                                .addInputs(Requests.input("INPUT1", "INT32", 1, 16)),
                        invalid("unable to find data for input tensor 'INPUT1' for model 'pair' in request.")));
    }

    static Stream<Arguments> elements() {
        ByteString three = Requests.texts("a", "b", "c");
        return Stream.of(
                row(
                        "a length word that is cut off",
                        text(Requests.texts("a", "b").concat(Requests.bytes(1, 0))),
                        invalid(NO_ID + "incomplete string length indicator for inference input 'x' for model 'text',"
                                + " expecting 4 bytes but only 2 bytes available. Please make sure the string length"
                                + " indicator is in one buffer.")),
                row(
                        "an element that is cut off",
                        text(three.substring(0, three.size() - 1)),
                        invalid("incomplete string data for inference input 'x', expecting string of length 1 but only"
                                + " 0 bytes available")),
                row(
                        "a length word past the end",
                        text(Requests.texts("a", "b").concat(Requests.ints(-1))),
                        invalid("incomplete string data for inference input 'x', expecting string of length 4294967295"
                                + " but only 0 bytes available")),
                row(
                        "too many elements",
                        text(three.concat(Requests.texts("d"))),
                        invalid(NO_ID + "unexpected number of string elements 4 for inference input 'x' for model"
                                + " 'text', expecting 3")),
                row(
                        "too few elements",
                        text(Requests.texts("a", "b")),
                        invalid(NO_ID + "expected 3 string elements for inference input 'x' for model 'text', got 2")));
    }

    static Stream<Arguments> parameters() {
        InferParameter unset = InferParameter.getDefaultInstance();
        InferParameter bool = InferParameter.newBuilder().setBoolParam(true).build();
        InferParameter text = InferParameter.newBuilder().setStringParam("1").build();
        InferParameter unsigned = InferParameter.newBuilder().setUint64Param(1).build();
        return Stream.of(
                badType("sequence_id", bool, "int64_param or string_param"),
                badType("sequence_start", text, "bool_param"),
                badType("sequence_end", unset, "bool_param"),
                badType("priority", text, "int64_param or uint64_param"),
                badType("timeout", unsigned, "int64_param"),
                badType("triton_enable_empty_final_response", text, "bool_param"),
                badType("mine", unsigned, "int64_param, bool_param, or string_param"),
                badType("mine", unset, "int64_param, bool_param, or string_param"),
                row(
                        "negative priority",
                        rows(ROW, 1, 3)
                                .putParameters(
                                        "priority",
                                        InferParameter.newBuilder()
                                                .setInt64Param(-1)
                                                .build()),
                        invalid("invalid value for 'priority', expected value >= 0.")),
                row(
                        "reserved key",
                        rows(ROW, 1, 3).putParameters("triton_mine", text),
                        invalid("parameter keys starting with 'triton_' are reserved for Triton usage. Only the"
                                + " following keys starting with 'triton_' are allowed:"
                                + " triton_enable_empty_final_response")));
    }

    static Stream<Arguments> extensions() {
        InferParameter region =
                InferParameter.newBuilder().setStringParam("shared").build();
        InferParameter two = InferParameter.newBuilder().setInt64Param(2).build();
        return Stream.of(
                row(
                        "an input in shared memory",
                        Requests.to("rows")
                                .addInputs(Requests.input("x", "FP32", 1, 3)
                                        .putParameters("shared_memory_region", region)
                                        .putParameters("shared_memory_byte_size", two)),
                        notFound("Unable to find shared memory region: 'shared'")),
                row(
                        "an output in shared memory",
                        rows(ROW, 1, 3)
                                .addOutputs(Requests.output("y").toBuilder()
                                        .putParameters("shared_memory_region", region)
                                        .putParameters("shared_memory_byte_size", two)),
                        notFound("Unable to find shared memory region: 'shared'")),
                row(
                        "classes of an output in shared memory",
                        rows(ROW, 1, 3)
                                .addOutputs(Requests.output("y").toBuilder()
                                        .putParameters("classification", two)
                                        .putParameters("shared_memory_region", region)),
                        invalid("output can't set both 'shared_memory_region' and 'classification'")));
    }

    static Stream<Arguments> classification() {
        InferParameter two = InferParameter.newBuilder().setInt64Param(2).build();
        InferParameter none = InferParameter.newBuilder().setInt64Param(0).build();
        InferParameter fewer = InferParameter.newBuilder().setInt64Param(-1).build();
        InferParameter text = InferParameter.newBuilder().setStringParam("2").build();
        InferParameter unsigned = InferParameter.newBuilder().setUint64Param(2).build();
        String type = "invalid value type for 'classification' parameter, expected int64_param";
        String value = "invalid value for 'classification' parameter, expected >= 0";
        return Stream.of(
                row("classes, as text", rows(ROW, 1, 3).addOutputs(classes("y", text)), invalid(type)),
                row("classes, unsigned", rows(ROW, 1, 3).addOutputs(classes("y", unsigned)), invalid(type)),
                row("no classes", rows(ROW, 1, 3).addOutputs(classes("y", none)), invalid(value)),
                row("less than no classes", rows(ROW, 1, 3).addOutputs(classes("y", fewer)), invalid(value)),
                row(
                        "classes of an output that there is not",
                        rows(ROW, 1, 3).addOutputs(classes("z", two)),
                        invalid("unexpected inference output 'z' for model 'rows'")),
                row(
                        "classes of texts",
                        text(Requests.texts("a", "b", "c")).addOutputs(classes("y", two)),
                        invalid("class result not available for output due to unsupported type 'BYTES'")),
                row(
                        "classes of too many elements",
                        Requests.raw("whole", "x", "FP32", TOO_MANY, 2, 500_001).addOutputs(classes("y", two)),
                        invalid("classification output tensor too large")));
    }

    private static InferRequestedOutputTensor.Builder classes(String output, InferParameter count) {
        return Requests.output(output).toBuilder().putParameters("classification", count);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"versions", "names", "shapes", "data", "elements", "parameters", "extensions", "classification"})
    void isRefused(String situation, ModelInferRequest request, Refused expected) {
        assertThat(Refused.by(() -> server.stub().modelInfer(request)))
                .as(situation)
                .isEqualTo(expected);
    }

    private static Arguments row(String situation, ModelInferRequest.Builder request, Refused expected) {
        return Arguments.of(situation, request.build(), expected);
    }

    private static Arguments badType(String key, InferParameter value, String expected) {
        return row(
                key + " is " + value.getParameterChoiceCase(),
                rows(ROW, 1, 3).putParameters(key, value),
                invalid("invalid value type for '" + key + "' parameter, expected " + expected + "."));
    }

    private static ModelInferRequest.Builder to(String model, String version) {
        return Requests.raw(model, "x", "FP32", ROW, 1, 3).setModelVersion(version);
    }

    private static ModelInferRequest.Builder rows(ByteString data, long... shape) {
        return Requests.raw("rows", "x", "FP32", data, shape);
    }

    private static ModelInferRequest.Builder typed(InferTensorContents contents, long... shape) {
        return Requests.typed("rows", "x", "FP32", contents, shape);
    }

    private static ModelInferRequest.Builder text(ByteString data) {
        return Requests.raw("text", "x", "BYTES", data, 1, 3);
    }
}
