package dev.tern.server.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.OnnxModels;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What ONNX Runtime's Java binding gets wrong, and we work around. A failure here after an update is good news: the
 * workaround (named in each test) may go.
 */
class JavaBindingTest {
    /** Why models with such strings are refused: see graph.StringSafety. */
    @Test
    void stringsBeyondTheBasicPlaneComeBackWrongWithoutAnError() throws Exception {
        try (OrtSession session = open(OnnxModels.stringLabels("\uD83D\uDE00", "nul\0cut"));
                OnnxTensor ids = OnnxTensor.createTensor(OnnxSessions.environment(), new long[] {0, 1});
                OrtSession.Result result = session.run(Map.of("id", ids))) {
            String[] words = (String[]) result.get(0).getValue();
            assertThat(words[0]).isNotEqualTo("\uD83D\uDE00");
            assertThat(words[1]).isEqualTo("nul");
        }
    }

    /** Why requests with such strings are refused. */
    @Test
    void suchStringsReachTheModelWrong() throws Exception {
        try (OrtSession session = open(OnnxModels.stringVocabulary());
                OnnxTensor words = OnnxTensor.createTensor(
                        OnnxSessions.environment(),
                        OnnxModels.VOCABULARY.toArray(new String[0]),
                        new long[] {OnnxModels.VOCABULARY.size()});
                OrtSession.Result result = session.run(Map.of("word", words))) {
            assertThat((long[]) result.get(0).getValue()).containsExactly(0, -1, -1, 3, 4);
        }
    }

    /** Why casts are put around such models: see graph.GraphRewrite. */
    @Test
    void unsignedTensorsCannotBeMade() throws Exception {
        try (OrtSession session = open(OnnxModels.identity(DataType.UINT32));
                OnnxTensor x = OnnxTensor.createTensor(OnnxSessions.environment(), new int[1][3])) {
            assertThatThrownBy(() -> session.run(Map.of("x", x)))
                    .hasMessageContaining("Actual: (tensor(int32)) , expected: (tensor(uint32))");
        }
    }

    /** Why the constant of an optional input is taken out of the model: see graph.GraphRewrite. */
    @Test
    void inputsWithADefaultCannotBePassed() throws Exception {
        try (OrtSession session = open(OnnxModels.optionalInput());
                OnnxTensor bias = OnnxTensor.createTensor(OnnxSessions.environment(), new float[4])) {
            assertThat(session.getInputNames()).containsExactly("x");
            assertThatThrownBy(() -> session.run(Map.of("bias", bias))).hasMessageContaining("Unknown input name bias");
        }
    }

    private static OrtSession open(byte[] model) throws OrtException {
        return OnnxSessions.environment().createSession(model);
    }
}
