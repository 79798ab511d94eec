package dev.tern.bench.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tern.proto.onnx.ModelProto;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The networks run in ONNX Runtime, and a row's answer is its own. */
class NetworksTest {
    private static final float TOLERANCE = 1e-4f;
    private static final int WIDTH = 512;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Random random = new Random(7);

    @Test
    void theMlpsAnswerEachRowForItself() throws OrtException {
        for (Network network : new Network[] {Network.SMALL, Network.LARGE}) {
            float[][] rows = new float[5][WIDTH];
            for (float[] row : rows) {
                for (int i = 0; i < WIDTH; i++) {
                    row[i] = (float) random.nextGaussian();
                }
            }
            try (OrtSession session = open(network.weights().apply(1))) {
                float[][] together = run(session, rows);
                for (int i = 0; i < rows.length; i++) {
                    float alone = run(session, rows[i])[0][0];
                    assertThat(together[i][0])
                            .as("%s, row %d", network.name(), i)
                            .isCloseTo(alone, within(TOLERANCE));
                }
                assertThat(together[0][0]).isNotCloseTo(together[1][0], within(TOLERANCE));
                assertThat(Math.abs(together[0][0])).isBetween(1e-3f, 10f);
            }
        }
    }

    @Test
    void theEncodersAnswerEachRowForItselfPaddedOrNot() throws OrtException {
        int[] lengths = {8, 1, 5, 13};
        int longest = 16;
        long[][] ids = new long[lengths.length][longest];
        long[][] mask = new long[lengths.length][longest];
        for (int row = 0; row < lengths.length; row++) {
            for (int i = 0; i < longest; i++) {
                ids[row][i] = random.nextLong();
                mask[row][i] = i < lengths[row] ? 1 : 0;
            }
        }
        for (Network network : new Network[] {Network.HISTORY, Network.SESSION}) {
            try (OrtSession session = open(network.weights().apply(1))) {
                float[][] together = run(session, ids, mask);
                for (int row = 0; row < lengths.length; row++) {
                    long[][] own = {Arrays.copyOf(ids[row], lengths[row])};
                    long[][] ownMask = {Arrays.copyOf(mask[row], lengths[row])};
                    float[] alone = run(session, own, ownMask)[0];
                    assertThat(alone).hasSize(64);
                    for (int i = 0; i < alone.length; i++) {
                        assertThat(together[row][i])
                                .as("%s, row %d", network.name(), row)
                                .isCloseTo(alone[i], within(TOLERANCE));
                    }
                }
                assertThat(together[0]).isNotEqualTo(together[1]);
            }
        }
    }

    private OrtSession open(ModelProto model) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            return environment.createSession(model.toByteArray(), options);
        }
    }

    private float[][] run(OrtSession session, float[]... rows) throws OrtException {
        try (OnnxTensor features = OnnxTensor.createTensor(environment, rows);
                OrtSession.Result result = session.run(Map.of("features", features))) {
            return (float[][]) result.get(0).getValue();
        }
    }

    private float[][] run(OrtSession session, long[][] ids, long[][] mask) throws OrtException {
        try (OnnxTensor items = OnnxTensor.createTensor(environment, ids);
                OnnxTensor present = OnnxTensor.createTensor(environment, mask);
                OrtSession.Result result = session.run(Map.of("input_ids", items, "attention_mask", present))) {
            return (float[][]) result.get(0).getValue();
        }
    }
}
