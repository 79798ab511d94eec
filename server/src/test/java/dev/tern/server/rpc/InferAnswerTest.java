package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.server.boot.TestServer;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an answer says besides its numbers, and what of a request makes no difference to it. */
@Tag("protocol")
class InferAnswerTest {
    private static TestServer server;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @BeforeAll
    static void serve(@TempDir Path repository) {
        ModelDirectory.of(repository, "simple").version(1, OnnxModels.simple());
        ModelDirectory.of(repository, "labels")
                .version(1, OnnxModels.stringLabels("one"))
                .version(3, OnnxModels.stringLabels("three"))
                .version(12, OnnxModels.stringLabels("twelve"))
                .config("version_policy { all {} }");
        ModelDirectory.of(repository, "spare")
                .version(1, OnnxModels.optionalInput())
                .config("input { name: 'x' data_type: TYPE_FP32 dims: [-1, 4] }"
                        + " input { name: 'bias' data_type: TYPE_FP32 dims: [4] optional: true }");
        server = TestServer.serving(repository);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ModelInferRequest.Builder simple() {
        return Requests.to("simple")
                .addInputs(Requests.input("INPUT0", "INT32", 1, 16))
                .addInputs(Requests.input("INPUT1", "INT32", 1, 16))
                .addRawInputContents(Requests.ints(range(100)))
                .addRawInputContents(Requests.ints(range(0)));
    }

    private static int[] range(int from) {
        int[] values = new int[16];
        for (int i = 0; i < values.length; i++) {
            values[i] = from + i;
        }
        return values;
    }

    private static final ByteString SUM = Requests.ints(Stream.iterate(100, sum -> sum + 2)
            .limit(16)
            .mapToInt(Integer::intValue)
            .toArray());
    private static final ByteString DIFFERENCE = Requests.ints(
            Stream.generate(() -> 100).limit(16).mapToInt(Integer::intValue).toArray());

    private static ModelInferResponse infer(ModelInferRequest.Builder request) {
        return server.stub().modelInfer(request.build());
    }

    @Test
    void namesModelVersionAndRequestAndGivesAllOutputs() {
        assertThat(infer(simple().setId("42-\u00e9")))
                .isEqualTo(ModelInferResponse.newBuilder()
                        .setModelName("simple")
                        .setModelVersion("1")
                        .setId("42-\u00e9")
                        .addOutputs(output("OUTPUT0"))
                        .addOutputs(output("OUTPUT1"))
                        .addRawOutputContents(SUM)
                        .addRawOutputContents(DIFFERENCE)
                        .build());
    }

    private static InferOutputTensor output(String name) {
        return InferOutputTensor.newBuilder()
                .setName(name)
                .setDatatype("INT32")
                .addShape(1)
                .addShape(16)
                .build();
    }

    @Test
    void anIdIsNotMadeUp() {
        assertThat(infer(simple()).getId()).isEmpty();
    }

    @Test
    void onlyTheOutputsAskedForComeAndInThatOrder() {
        ModelInferResponse one = infer(simple().addOutputs(Requests.output("OUTPUT1")));
        assertThat(one.getOutputsList()).containsExactly(output("OUTPUT1"));
        assertThat(one.getRawOutputContentsList()).containsExactly(DIFFERENCE);
        ModelInferResponse both =
                infer(simple().addOutputs(Requests.output("OUTPUT1")).addOutputs(Requests.output("OUTPUT0")));
        assertThat(both.getOutputsList()).containsExactly(output("OUTPUT1"), output("OUTPUT0"));
        assertThat(both.getRawOutputContentsList()).containsExactly(DIFFERENCE, SUM);
    }

    @Test
    void inputsMayComeInAnyOrder() {
        ModelInferRequest.Builder swapped = Requests.to("simple")
                .addInputs(Requests.input("INPUT1", "INT32", 1, 16))
                .addInputs(Requests.input("INPUT0", "INT32", 1, 16))
                .addRawInputContents(Requests.ints(range(0)))
                .addRawInputContents(Requests.ints(range(100)));
        assertThat(infer(swapped).getRawOutputContentsList()).containsExactly(SUM, DIFFERENCE);
    }

    @Test
    void anOptionalInputMayBeLeftOut() {
        ModelInferRequest.Builder without = Requests.raw("spare", "x", "FP32", Requests.floats(0, 0, 0, 0), 1, 4);
        assertThat(infer(without).getRawOutputContents(0)).isEqualTo(Requests.floats(1, 2, 3, 4));
        ModelInferRequest.Builder with =
                without.addInputs(Requests.input("bias", "FP32", 4)).addRawInputContents(Requests.floats(9, 9, 9, 9));
        assertThat(infer(with).getRawOutputContents(0)).isEqualTo(Requests.floats(9, 9, 9, 9));
    }

    @Test
    void theVersionAskedForAnswersElseTheNewest() {
        assertThat(labelOf("")).isEqualTo(List.of("12", Requests.texts("twelve")));
        assertThat(labelOf("1")).isEqualTo(List.of("1", Requests.texts("one")));
        assertThat(labelOf("3")).isEqualTo(List.of("3", Requests.texts("three")));
        assertThat(labelOf("3abc")).as("read as C reads it, like Triton").isEqualTo(labelOf("3"));
    }

    private static List<Object> labelOf(String version) {
        ModelInferResponse answer = infer(
                Requests.raw("labels", "id", "INT64", Requests.longs(0), 1, 1).setModelVersion(version));
        return List.of(answer.getModelVersion(), answer.getRawOutputContents(0));
    }

    static Stream<Arguments> acceptedParameters() {
        return Stream.of(
                Arguments.of("sequence_id", parameter().setInt64Param(7)),
                Arguments.of("sequence_id", parameter().setStringParam("seven")),
                Arguments.of("sequence_start", parameter().setBoolParam(true)),
                Arguments.of("sequence_end", parameter().setBoolParam(true)),
                Arguments.of("priority", parameter().setInt64Param(0)),
                Arguments.of("priority", parameter().setUint64Param(-1)),
                Arguments.of("timeout", parameter().setInt64Param(1)),
                Arguments.of("triton_enable_empty_final_response", parameter().setBoolParam(true)),
                Arguments.of("mine", parameter().setBoolParam(false)),
                Arguments.of("mine", parameter().setInt64Param(-1)),
                Arguments.of("mine", parameter().setDoubleParam(Double.NaN)),
                Arguments.of("mine", parameter().setStringParam("")));
    }

    private static InferParameter.Builder parameter() {
        return InferParameter.newBuilder();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("acceptedParameters")
    void parametersAreAccepted(String key, InferParameter.Builder value) {
        assertThat(infer(simple().putParameters(key, value.build())).getRawOutputContents(0))
                .isEqualTo(SUM);
    }

    @Test
    void fieldsOfTheFutureAreIgnored() {
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(
                        1000,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("new"))
                                .addVarint(5)
                                .addFixed32(6)
                                .addFixed64(7)
                                .build())
                .build();
        ModelInferRequest.Builder request = simple().setUnknownFields(unknown);
        request.setInputs(0, request.getInputs(0).toBuilder().setUnknownFields(unknown));
        assertThat(infer(request).getRawOutputContentsList()).containsExactly(SUM, DIFFERENCE);
    }

    @Test
    void surplusRawEntriesAreIgnored() {
        assertThat(infer(simple().addRawInputContents(ByteString.copyFromUtf8("surplus")))
                        .getRawOutputContentsList())
                .containsExactly(SUM, DIFFERENCE);
    }
}
