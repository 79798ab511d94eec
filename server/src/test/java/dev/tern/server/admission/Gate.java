package dev.tern.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sends requests through validation and keeps those that pass. */
final class Gate {
    /** How messages begin that name the request, which has no id here. */
    static final String ANONYMOUS = "[request id: <id_unknown>] ";

    static final Failure PASSED = Failure.of(Kind.UNIMPLEMENTED, "passed on");

    private static final OutputContract Y = new OutputContract("y", Shape.of(1), null);
    private static final OutputContract Z = new OutputContract("z", Shape.of(1), null);

    final List<InferenceRequest> passed = new ArrayList<>();

    static InputContract input(String name, DataType type, long... dims) {
        return new InputContract(name, type, Shape.of(dims), null, false);
    }

    static ModelContract contract(int maxBatchSize, InputContract... inputs) {
        return new ModelContract("m", maxBatchSize, List.of(inputs), List.of(Y, Z));
    }

    /** An FP32 input of this shape with as many bytes as that takes. */
    static Tensor floats(String name, long... dims) {
        Shape shape = Shape.of(dims);
        return Tensors.floats(name, shape, new float[(int) shape.elements()]);
    }

    static Tensor empty(String name, long... dims) {
        return Tensors.floats(name, Shape.of(dims));
    }

    Failure checkOutputs(ModelContract contract, List<String> outputs) {
        return check(
                contract,
                new InferenceRequest("m", "", List.of(floats("a", 1, 3)), outputs, Map.of(), FakeCall.patient()));
    }

    Failure check(ModelContract contract, Tensor... inputs) {
        return check(contract, new InferenceRequest("m", "", List.of(inputs), List.of(), Map.of(), FakeCall.patient()));
    }

    /** The failure, or {@link #PASSED} if the request was passed on. */
    Failure check(ModelContract contract, InferenceRequest request) {
        RecordingReply reply = new RecordingReply();
        int before = passed.size();
        new Validation(contract, (valid, same) -> passed.add(valid)).predict(request, reply);
        assertThat(passed.size() > before).isNotEqualTo(reply.isAnswered());
        return reply.isAnswered() ? reply.failure() : PASSED;
    }

    static void assertPassed(Failure failure) {
        assertThat(failure).isSameAs(PASSED);
    }

    static void assertRefused(String message, Failure failure) {
        assertThat(failure).isEqualTo(Failure.of(Kind.INVALID_ARGUMENT, message));
    }
}
