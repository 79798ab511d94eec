package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.client.examples.ScoreCandidates;
import dev.tern.client.examples.ScoreInParallel;
import dev.tern.proto.inference.ModelInferResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private static final ModelInferResponse ANSWER = ModelInferResponse.newBuilder()
            .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                    .setName("probability")
                    .setDatatype("FP32")
                    .addShape(1))
            .addRawOutputContents(ByteString.copyFrom(new byte[] {0, 0, 0, 0x3f}))
            .build();

    @Test
    void examplesRun() throws IOException {
        try (FakeServer first = FakeServer.start(Behaviours.answering(ANSWER));
                FakeServer second = FakeServer.start(Behaviours.answering(ANSWER))) {
            assertThat(ScoreCandidates.score(first.target())).containsExactly(0.5f);
            assertThat(ScoreInParallel.score(
                            List.of(first.target(), second.target()), List.of(new float[13], new float[26])))
                    .containsExactly(new float[] {0.5f}, new float[] {0.5f});
        }
    }
}
