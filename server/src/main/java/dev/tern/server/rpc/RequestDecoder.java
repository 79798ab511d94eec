package dev.tern.server.rpc;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.rpc.wire.ContentsMessage;
import dev.tern.server.rpc.wire.InferMessage;
import dev.tern.server.rpc.wire.InputMessage;
import dev.tern.server.rpc.wire.OutputMessage;
import dev.tern.server.rpc.wire.Parameter;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Tensor;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a message into an inference request. The tensors' bytes stay where they are. */
final class RequestDecoder {
    private static final String REGION = "shared_memory_region";
    private static final String CLASSIFICATION = "classification";

    private final InferMessage message;
    private final ModelConfig config;
    private int nextRaw;

    private RequestDecoder(InferMessage message, ModelConfig config) {
        this.message = message;
        this.config = config;
    }

    /**
     * The request; what the message keeps for it is the request's from here on, unless it is refused.
     *
     * @param headers the call's metadata; null if nobody wants them
     * @param config the model's, for the wording of errors
     */
    static InferenceRequest decode(
            InferMessage message,
            Call call,
            @Nullable Metadata headers,
            ForwardedHeaders forwarded,
            ModelConfig config)
            throws Malformed {
        return new RequestDecoder(message, config).decode(call, headers, forwarded);
    }

    private InferenceRequest decode(Call call, @Nullable Metadata headers, ForwardedHeaders forwarded)
            throws Malformed {
        Map<String, Object> parameters = forwarded.with(RequestParameters.read(message.parameters()), headers);
        List<InputMessage> named = message.inputs();
        List<Tensor> inputs = new ArrayList<>(named.size());
        for (int i = 0; i < named.size(); i++) {
            inputs.add(input(named.get(i)));
        }
        InferenceRequest request =
                new InferenceRequest(message.modelName(), message.id(), inputs, outputs(), parameters, call);
        message.handOver(nextRaw);
        return request;
    }

    private Tensor input(InputMessage input) throws Malformed {
        refuseSharedMemory(input.parameters());
        DataType type = DataType.ofWireName(input.datatype());
        if (type == null) {
            throw unknownType(input);
        }
        return new Tensor(input.name(), type, input.shape(), data(input, type));
    }

    private Malformed unknownType(InputMessage input) {
        String expected = expectedType(input.name());
        if (expected.isEmpty()) {
            return Malformed.invalid(
                    "unexpected inference input '" + input.name() + "' for model '" + message.modelName() + "'");
        }
        String id = message.id().isEmpty() ? "<id_unknown>" : message.id();
        return Malformed.invalid("[request id: " + id + "] inference input '" + input.name()
                + "' data-type is '<invalid>', but model '" + message.modelName() + "' expects '" + expected + "'");
    }

    /** The datatype that the model declares for an input; empty if it has no such input. */
    private String expectedType(String input) {
        for (ModelInput each : config.getInputList()) {
            if (each.getName().equals(input)) {
                return ModelDescription.wireName(each.getDataType());
            }
        }
        return "";
    }

    private Payload data(InputMessage input, DataType type) throws Malformed {
        ContentsMessage contents = input.contents();
        if (message.rawCount() > 0) {
            if (contents != null) {
                throw Malformed.invalid(
                        "contents field must not be specified when using raw_input_contents for " + subject(input));
            }
            if (nextRaw < message.rawCount()) {
                return message.raw(nextRaw++);
            }
        }
        if (contents == null) {
            throw Malformed.invalid("unable to find data for input tensor " + subject(input) + " in request.");
        }
        return TypedContents.read(message.modelName(), input.name(), type, contents);
    }

    private String subject(InputMessage input) {
        return "'" + input.name() + "' for model '" + message.modelName() + "'";
    }

    private List<String> outputs() throws Malformed {
        if (message.outputs().isEmpty()) {
            return List.of();
        }
        List<String> names = new ArrayList<>(message.outputs().size());
        for (OutputMessage output : message.outputs()) {
            refuseSharedMemory(output.parameters());
            if (output.parameters().containsKey(CLASSIFICATION)) {
                throw new Malformed(Failure.of(
                        Kind.UNIMPLEMENTED,
                        "the classification extension is not supported, requested for output '" + output.name() + "'"));
            }
            names.add(output.name());
        }
        return names;
    }

    private static void refuseSharedMemory(Map<String, Parameter> parameters) throws Malformed {
        Parameter region = parameters.get(REGION);
        if (region != null) {
            throw new Malformed(
                    Failure.of(Kind.NOT_FOUND, "Unable to find shared memory region: '" + region.text() + "'"));
        }
    }
}
