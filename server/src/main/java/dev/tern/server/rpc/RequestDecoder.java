package dev.tern.server.rpc;

import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Turns a ModelInferRequest into an inference request. The tensors' bytes stay where protobuf has put them. */
final class RequestDecoder {
    private static final String REGION = "shared_memory_region";
    private static final String CLASSIFICATION = "classification";

    private final ModelInferRequest message;
    private final UnaryOperator<String> expectedType;
    private int nextRaw;

    private RequestDecoder(ModelInferRequest message, UnaryOperator<String> expectedType) {
        this.message = message;
        this.expectedType = expectedType;
    }

    /**
     * @param expectedType the datatype that the model declares for an input, for the wording of an error; empty if it has
     *     no such input
     */
    static InferenceRequest decode(ModelInferRequest message, Call call, UnaryOperator<String> expectedType)
            throws Malformed {
        return new RequestDecoder(message, expectedType).decode(call);
    }

    private InferenceRequest decode(Call call) throws Malformed {
        Map<String, Object> parameters = RequestParameters.read(message.getParametersMap());
        List<Tensor> inputs = new ArrayList<>(message.getInputsCount());
        for (int i = 0; i < message.getInputsCount(); i++) {
            inputs.add(input(message.getInputs(i)));
        }
        return new InferenceRequest(message.getModelName(), message.getId(), inputs, outputs(), parameters, call);
    }

    private Tensor input(InferInputTensor input) throws Malformed {
        refuseSharedMemory(input.getParametersMap());
        DataType type = DataType.ofWireName(input.getDatatype());
        if (type == null) {
            throw unknownType(input);
        }
        long[] dims = new long[input.getShapeCount()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = input.getShape(i);
        }
        return new Tensor(input.getName(), type, Shape.of(dims), data(input, type));
    }

    private Malformed unknownType(InferInputTensor input) {
        String expected = expectedType.apply(input.getName());
        if (expected.isEmpty()) {
            return Malformed.invalid(
                    "unexpected inference input '" + input.getName() + "' for model '" + message.getModelName() + "'");
        }
        String id = message.getId().isEmpty() ? "<id_unknown>" : message.getId();
        return Malformed.invalid("[request id: " + id + "] inference input '" + input.getName()
                + "' data-type is '<invalid>', but model '" + message.getModelName() + "' expects '" + expected + "'");
    }

    private Payload data(InferInputTensor input, DataType type) throws Malformed {
        String subject = "'" + input.getName() + "' for model '" + message.getModelName() + "'";
        if (message.getRawInputContentsCount() > 0) {
            if (input.hasContents()) {
                throw Malformed.invalid(
                        "contents field must not be specified when using raw_input_contents for " + subject);
            }
            if (nextRaw < message.getRawInputContentsCount()) {
                return new ByteStringPayload(message.getRawInputContents(nextRaw++));
            }
        }
        if (!input.hasContents()) {
            throw Malformed.invalid("unable to find data for input tensor " + subject + " in request.");
        }
        return TypedContents.read(message.getModelName(), input.getName(), type, input.getContents());
    }

    private List<String> outputs() throws Malformed {
        if (message.getOutputsCount() == 0) {
            return List.of();
        }
        List<String> names = new ArrayList<>(message.getOutputsCount());
        for (InferRequestedOutputTensor output : message.getOutputsList()) {
            refuseSharedMemory(output.getParametersMap());
            if (output.containsParameters(CLASSIFICATION)) {
                throw new Malformed(Failure.of(
                        Kind.UNIMPLEMENTED,
                        "the classification extension is not supported, requested for output '" + output.getName()
                                + "'"));
            }
            names.add(output.getName());
        }
        return names;
    }

    private static void refuseSharedMemory(Map<String, InferParameter> parameters) throws Malformed {
        InferParameter region = parameters.get(REGION);
        if (region != null) {
            throw new Malformed(Failure.of(
                    Kind.NOT_FOUND, "Unable to find shared memory region: '" + region.getStringParam() + "'"));
        }
    }
}
