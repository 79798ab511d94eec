package dev.tern.server.rpc.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.proto.inference.ModelStreamInferResponse;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Memo;
import dev.tern.server.predict.Origin;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.JoinedPayload;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Answers are byte for byte what protobuf writes. */
class WireAnswerTest {
    private static final String[] TEXTS = {"", "y", "ranker", "caf\u00e9", "\u4e2d", "\uD83D\uDE00", "n".repeat(300)};
    private static final List<DataType> TYPES = List.of(DataType.values());
    private static final List<Origin> ORIGINS = List.of(Origin.values());
    private static final long[] VERSIONS = {0, 1, 9, 10, 12345, Long.MAX_VALUE};
    private static final long[] DIMS = {0, 1, 127, 128, 1L << 35, Long.MAX_VALUE};

    @Test
    void areTheBytesThatProtobufWrites() throws Exception {
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            String model = TEXTS[random.nextInt(TEXTS.length)];
            long version = VERSIONS[random.nextInt(VERSIONS.length)];
            String id = TEXTS[random.nextInt(TEXTS.length)];
            List<Tensor> outputs = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                outputs.add(output(random));
            }
            Origin origin = ORIGINS.get(random.nextInt(ORIGINS.size()));
            Memo memo = random.nextBoolean() ? new Memo() : null;
            InferenceResponse response = new InferenceResponse(outputs, origin, memo);
            assertThat(written(WireAnswer.of(model, version, id, response)))
                    .as("seed " + seed)
                    .isEqualTo(protobuf(model, version, id, response).toByteArray());
            // The second time with what was encoded the first time, if there is a place for it.
            InferenceResponse again = response.from(Origin.L1);
            assertThat(written(WireAnswer.of(model, version, id + "2", again)))
                    .as("seed " + seed + ", once more")
                    .isEqualTo(protobuf(model, version, id + "2", again).toByteArray());
            assertThat(written(WireAnswer.streamed(model, version, id, response)))
                    .as("seed " + seed + ", on a stream")
                    .isEqualTo(streamed(protobuf(model, version, id, response)).toByteArray());
        }
    }

    @Test
    void errorsOnStreamsAreTheBytesThatProtobufWrites() throws Exception {
        for (String text : TEXTS) {
            for (long version : VERSIONS) {
                ModelInferResponse about = ModelInferResponse.newBuilder()
                        .setModelName(text)
                        .setModelVersion(version == 0 ? "" : Long.toString(version))
                        .setId(text + "id")
                        .build();
                ModelStreamInferResponse expected =
                        streamed(about).toBuilder().setErrorMessage(text).build();
                assertThat(written(WireAnswer.error(text, version, text + "id", text)))
                        .isEqualTo(expected.toByteArray());
            }
        }
    }

    private static ModelStreamInferResponse streamed(ModelInferResponse response) {
        InferParameter yes = InferParameter.newBuilder().setBoolParam(true).build();
        return ModelStreamInferResponse.newBuilder()
                .setInferResponse(response.toBuilder().putParameters("triton_final_response", yes))
                .build();
    }

    private static Tensor output(Random random) {
        long[] dims = new long[random.nextInt(4)];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = DIMS[random.nextInt(DIMS.length)];
        }
        DataType type = TYPES.get(random.nextInt(TYPES.size()));
        return new Tensor(TEXTS[random.nextInt(TEXTS.length)], type, Shape.of(dims), payload(random));
    }

    private static Payload payload(Random random) {
        byte[] bytes = new byte[random.nextInt(400)];
        random.nextBytes(bytes);
        int cut = random.nextInt(bytes.length + 1);
        Payload head = HeapPayload.wrap(bytes, 0, cut);
        return random.nextBoolean()
                ? head
                : JoinedPayload.of(List.of(head, HeapPayload.wrap(bytes, cut, bytes.length - cut)));
    }

    private static ModelInferResponse protobuf(String model, long version, String id, InferenceResponse response) {
        ModelInferResponse.Builder message = ModelInferResponse.newBuilder()
                .setModelName(model)
                .setModelVersion(Long.toString(version))
                .setId(id);
        if (response.origin() != Origin.MODEL) {
            InferParameter origin = InferParameter.newBuilder()
                    .setStringParam(response.origin().name().toLowerCase(Locale.ROOT))
                    .build();
            message.putParameters("tern_cache", origin);
        }
        for (Tensor output : response.outputs()) {
            InferOutputTensor.Builder described = InferOutputTensor.newBuilder()
                    .setName(output.name())
                    .setDatatype(output.type().name());
            for (int axis = 0; axis < output.shape().rank(); axis++) {
                described.addShape(output.shape().dim(axis));
            }
            message.addOutputs(described);
            message.addRawOutputContents(ByteString.copyFrom(Tensors.bytes(output)));
        }
        return message.build();
    }

    private static byte[] written(WireAnswer answer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        answer.writeTo(out);
        assertThat(out.size()).isEqualTo(answer.size());
        return out.toByteArray();
    }

    @Test
    void oneThatPassesTheLargestMessageIsRefused() {
        Payload half = HeapPayload.wrap(new byte[1 << 20]);
        Tensor part = new Tensor("y", DataType.UINT8, Shape.of(1 << 20), half);
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < 1 << 11; i++) {
            outputs.add(part);
        }
        InferenceResponse tooLarge = new InferenceResponse(outputs);
        assertThatThrownBy(() -> WireAnswer.of("m", 1, "", tooLarge)).isInstanceOf(ArithmeticException.class);
    }
}
