package dev.tern.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.input.RequestPool;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.TensorInfo;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerFileTest {
    private static final List<String> MODELS = List.of("m");

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("answers.jsonl");
    }

    @Test
    void whatWasWrittenIsRead() throws InvalidProtocolBufferException {
        AnswerFile.write(file, MODELS, List.of(pool(1, 2)), List.of(answers(1, 2)));
        List<Answers> read = AnswerFile.read(file, MODELS, List.of(pool(1, 2)));
        assertThat(read).hasSize(1);
        ModelInferResponse second =
                ModelInferResponse.parseFrom(read.get(0).encoded().get(1));
        assertThat(second.getOutputs(0).getName()).isEqualTo("y");
        assertThat(second.getOutputs(0).getDatatype()).isEqualTo("INT32");
        assertThat(second.getOutputs(0).getShapeList()).containsExactly(1L);
        assertThat(second.getRawOutputContents(0)).isEqualTo(ByteString.copyFrom(new byte[] {2, 0, 0, 0}));
    }

    @Test
    void theAnswersOfAMixFollowOneAnother() {
        List<String> names = List.of("m", "n");
        List<RequestPool> pools = List.of(pool(1, 1), pool(2, 2));
        AnswerFile.write(file, names, pools, List.of(answers(5), answers(6, 7)));
        assertThat(AnswerFile.read(file, names, pools))
                .extracting(each -> each.encoded().size())
                .containsExactly(1, 2);
    }

    @Test
    void anotherModelIsRefused() {
        AnswerFile.write(file, MODELS, List.of(pool(1, 1)), List.of(answers(1)));
        assertThatThrownBy(() -> AnswerFile.read(file, List.of("other"), List.of(pool(1, 1))))
                .isInstanceOf(AnswerFileException.class)
                .hasMessage("answers in " + file + ": they are of 'm' (expected: 'other', whom this run asks)");
    }

    @Test
    void otherRequestsAreRefused() {
        AnswerFile.write(file, MODELS, List.of(pool(1, 2)), List.of(answers(1, 2)));
        String message = "answers in " + file + ": they are to 2 other requests of model 'm' (expected: these %d). Give"
                + " the --seed, --rows, --distinct, --data and whatever else makes requests as when they were recorded";
        assertThatThrownBy(() -> AnswerFile.read(file, MODELS, List.of(pool(2, 2))))
                .hasMessage(message.formatted(2));
        assertThatThrownBy(() -> AnswerFile.read(file, MODELS, List.of(pool(1, 3))))
                .hasMessage(message.formatted(3));
    }

    @Test
    void aChangedAnswerIsFound() throws IOException {
        AnswerFile.write(file, MODELS, List.of(pool(1, 2)), List.of(answers(1, 2)));
        Files.writeString(file, Files.readString(file).replace("AgAAAA==", "AwAAAA=="));
        assertThatThrownBy(() -> AnswerFile.read(file, MODELS, List.of(pool(1, 2))))
                .hasMessage("answers in " + file + ": line 3 is damaged");
    }

    @Test
    void aFileThatEndsEarlyIsFound() throws IOException {
        AnswerFile.write(file, MODELS, List.of(pool(1, 2)), List.of(answers(1, 2)));
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.subList(0, 2));
        assertThatThrownBy(() -> AnswerFile.read(file, MODELS, List.of(pool(1, 2))))
                .hasMessage("answers in " + file + ": they end before that to request 1 of model 'm'");
        Files.write(file, List.of(lines.get(0), lines.get(2)));
        assertThatThrownBy(() -> AnswerFile.read(file, MODELS, List.of(pool(1, 2))))
                .hasMessage("answers in " + file + ": line 2 is not the answer to request 0 of model 'm'");
    }

    @Test
    void anotherFileIsNone() throws IOException {
        assertThatThrownBy(() -> AnswerFile.read(file, MODELS, List.of(pool(1, 1))))
                .hasMessage(
                        "answers in " + file + ": there is no such file (expected: one that --record-answers wrote)");
        for (String text : List.of("", "hello", "[]", "{\"format\": \"tern-bench answers\"}")) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> AnswerFile.read(file, MODELS, List.of(pool(1, 1))))
                    .hasMessage("answers in " + file
                            + ": that is not a file of recorded answers (expected: one that --record-answers wrote)");
        }
        Files.writeString(file, "{\"format\": \"tern-bench answers\", \"version\": 9, \"models\": []}");
        assertThatThrownBy(() -> AnswerFile.read(file, MODELS, List.of(pool(1, 1))))
                .hasMessage("answers in " + file + ": version 9 is not known (expected: 1)");
    }

    /** One server writes raw contents, the other typed ones. */
    @Test
    void typedAndRawContentsAreTheSameAnswer() {
        AnswerFile.write(file, MODELS, List.of(pool(1, 1)), List.of(answers(4)));
        Answers recorded = AnswerFile.read(file, MODELS, List.of(pool(1, 1))).get(0);
        ReferenceCheck check = new ReferenceCheck(recorded, 0);
        check.check(0, typed(4));
        assertThat(check.verdict()).map(Verdict::mismatched).contains(0L);
        check.check(0, typed(5));
        assertThat(check.verdict()).map(Verdict::mismatched).contains(1L);
        assertThat(check.verdict().orElseThrow().first())
                .map(Mismatch::toString)
                .contains("request 0, output 'y', row 0, element 0: expected 4, got 5");
    }

    private static Answers answers(int... values) {
        List<byte[]> encoded = new ArrayList<>();
        for (int each : values) {
            encoded.add(ModelInferResponse.newBuilder()
                    .setModelName("m")
                    .setId("of no importance")
                    .addOutputs(output())
                    .addRawOutputContents(ByteString.copyFrom(new byte[] {(byte) each, 0, 0, 0}))
                    .build()
                    .toByteArray());
        }
        return new Answers(encoded);
    }

    private static byte[] typed(int value) {
        InferTensorContents contents =
                InferTensorContents.newBuilder().addIntContents(value).build();
        return ModelInferResponse.newBuilder()
                .addOutputs(output().setContents(contents))
                .build()
                .toByteArray();
    }

    private static InferOutputTensor.Builder output() {
        return InferOutputTensor.newBuilder().setName("y").setDatatype("INT32").addShape(1);
    }

    private static RequestPool pool(long seed, int distinct) {
        TensorInfo input = new TensorInfo("x", "FP32", List.of(1L));
        ModelInfo model = new ModelInfo("m", "", List.of(), List.of(input), List.of(), OptionalInt.empty());
        return RequestPool.random(RequestHead.of("m", ""), model, 1, List.of(), List.of(), distinct, seed);
    }
}
