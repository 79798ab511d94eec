package dev.tern.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VersionedCheckTest {
    private final VersionedCheck check =
            new VersionedCheck(Map.of("1", references("1", 10), "2", references("2", 20)), 0);

    @Test
    void versionsThatAnswerAlikeCannotBeToldApart() {
        assertThatThrownBy(() -> new VersionedCheck(Map.of("1", references("1", 10), "2", references("2", 10)), 0))
                .isInstanceOf(ReferenceException.class)
                .hasMessageEndingWith("give a request the same answer");
    }

    @Test
    void anAnswerIsHeldAgainstTheVersionThatItClaims() {
        check.check(0, answer("1", 10));
        check.check(0, answer("2", 20));
        assertThat(found().mismatched()).isZero();
        assertThat(found().versions()).containsOnly(Map.entry("1", 1L), Map.entry("2", 1L));
        check.check(0, answer("2", 10));
        assertThat(found().checked()).isEqualTo(3);
        assertThat(found().mismatched()).isEqualTo(1);
        assertThat(found().first())
                .hasValueSatisfying(each -> assertThat(each.expected()).isEqualTo("20.0"));
    }

    @Test
    void anotherVersionsAnswerIsWrongWhateverItSays() {
        check.check(0, answer("3", 10));
        check.check(0, new byte[] {1, 2, 3});
        assertThat(found().checked()).isEqualTo(2);
        assertThat(found().mismatched()).isEqualTo(2);
        assertThat(found().first())
                .hasValueSatisfying(each -> assertThat(each.got()).isEqualTo("'3'"));
    }

    private Verdict found() {
        return check.verdict().orElseThrow();
    }

    private static Answers references(String version, float score) {
        return new Answers(List.of(answer(version, score)));
    }

    private static byte[] answer(String version, float score) {
        ByteBuffer contents =
                ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, score);
        return ModelInferResponse.newBuilder()
                .setModelName("m")
                .setModelVersion(version)
                .addOutputs(InferOutputTensor.newBuilder()
                        .setName("score")
                        .setDatatype("FP32")
                        .addShape(1))
                .addRawOutputContents(ByteString.copyFrom(contents))
                .build()
                .toByteArray();
    }
}
