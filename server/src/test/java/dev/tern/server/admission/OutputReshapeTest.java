package dev.tern.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.engine.Slab;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OutputReshapeTest {
    private static final InferenceRequest REQUEST =
            new InferenceRequest("m", "", List.of(), List.of(), Map.of(), FakeCall.patient());

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @Test
    void isNeededOnlyWhereAnOutputIsReshaped() {
        assertThat(OutputReshape.isNeeded(contract(8, Shape.of(1), null))).isFalse();
        assertThat(OutputReshape.isNeeded(contract(8, Shape.of(1), Shape.of()))).isTrue();
    }

    @Test
    void eachRowGetsThePromisedShape() {
        RecordingReply reply = answer(contract(8, Shape.of(6), Shape.of(2, 3)), "y", Shape.of(4, 2, 3));
        assertThat(reply.outputs()).extracting(Tensor::shape).containsExactly(Shape.of(4, 6));
    }

    @Test
    void modelThatGivesNoRowDimensions() {
        RecordingReply reply = answer(contract(8, Shape.of(1), Shape.of()), "y", Shape.of(4));
        assertThat(reply.outputs()).extracting(Tensor::shape).containsExactly(Shape.of(4, 1));
    }

    @Test
    void variableDimensionsKeepTheirValues() {
        RecordingReply reply = answer(contract(0, Shape.of(-1, 4), Shape.of(-1, 2, 2)), "y", Shape.of(5, 2, 2));
        assertThat(reply.outputs()).extracting(Tensor::shape).containsExactly(Shape.of(5, 4));
    }

    @Test
    void otherOutputsAreLeftAlone() {
        RecordingReply reply = answer(contract(8, Shape.of(1), Shape.of()), "other", Shape.of(4, 9));
        assertThat(reply.outputs()).extracting(Tensor::shape).containsExactly(Shape.of(4, 9));
    }

    @Test
    void shapeThatIsNotTheConfiguredOneFailsTheRequest() {
        Failure expected = Failure.of(
                Kind.INTERNAL,
                "model 'm' gave output 'y' the shape [4,5], which its configured reshape does not allow");
        assertThat(answer(contract(8, Shape.of(1), Shape.of()), "y", Shape.of(4, 5))
                        .failure())
                .isEqualTo(expected);
    }

    @Test
    void outputWithoutRowsFailsTheRequest() {
        assertThat(answer(contract(8, Shape.of(1), Shape.of()), "y", Shape.of())
                        .failure()
                        .kind())
                .isEqualTo(Kind.INTERNAL);
    }

    @Test
    void failuresPassThrough() {
        Failure failure = Failure.of(Kind.UNAVAILABLE, "not now");
        RecordingReply reply = new RecordingReply();
        new OutputReshape(contract(8, Shape.of(1), Shape.of()), (request, next) -> next.fail(failure))
                .predict(REQUEST, reply);
        assertThat(reply.failure()).isSameAs(failure);
    }

    private static RecordingReply answer(ModelContract contract, String name, Shape given) {
        Slab slab = Slab.wrap(new byte[(int) given.elements() * Float.BYTES]);
        Tensor output = new Tensor(name, DataType.FP32, given, slab.slice(0, (int) given.elements() * Float.BYTES));
        slab.release();
        RecordingReply reply = new RecordingReply();
        new OutputReshape(contract, (request, next) -> next.succeed(new InferenceResponse(List.of(output))))
                .predict(REQUEST, reply);
        return reply;
    }

    private static ModelContract contract(int maxBatchSize, Shape dims, @Nullable Shape reshape) {
        return new ModelContract("m", maxBatchSize, List.of(), List.of(new OutputContract("y", dims, reshape)));
    }
}
