package dev.tern.server.rpc;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.rpc.wire.ContentsMessage;
import dev.tern.server.rpc.wire.InferMessage;
import dev.tern.server.rpc.wire.InputMessage;
import dev.tern.server.rpc.wire.OutputMessage;
import dev.tern.server.rpc.wire.Parameter;
import dev.tern.server.sharedmemory.Place;
import dev.tern.server.sharedmemory.Regions;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Tensor;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a message into an inference request. The tensors' bytes stay where they are. */
final class RequestDecoder {
    private final InferMessage message;
    private final ServedVersion served;
    private final ModelConfig config;
    private final Routing routing;
    private final Regions regions;
    private int nextRaw;

    /** Null while nothing of the request is in shared memory. */
    private @Nullable SharedTensors shared;

    /** How many classes of an output are wanted in its place. */
    private Map<String, Integer> classes = Map.of();

    private @Nullable Classification classification;

    /** @param served what is to answer, found by {@code routing} */
    RequestDecoder(InferMessage message, ServedVersion served, Routing routing, Regions regions) {
        this.message = message;
        this.served = served;
        this.config = served.config();
        this.routing = routing;
        this.regions = regions;
    }

    /**
     * The request; what the message keeps for it is the request's from here on, unless it is refused. Once.
     *
     * @param headers the call's metadata; null if nobody wants them
     */
    InferenceRequest decode(Call call, @Nullable Metadata headers, ForwardedHeaders forwarded) throws Malformed {
        try {
            return decoded(call, headers, forwarded);
        } catch (Malformed | RuntimeException | Error e) {
            if (shared != null) {
                shared.release();
            }
            throw e;
        }
    }

    private InferenceRequest decoded(Call call, @Nullable Metadata headers, ForwardedHeaders forwarded)
            throws Malformed {
        Map<String, Object> parameters = forwarded.with(RequestParameters.read(message.parameters()), headers);
        List<InputMessage> named = message.inputs();
        List<Tensor> inputs = new ArrayList<>(named.size());
        for (int i = 0; i < named.size(); i++) {
            inputs.add(input(named.get(i)));
        }
        InferenceRequest request =
                new InferenceRequest(message.modelName(), message.id(), inputs, outputs(), parameters, call);
        if (!classes.isEmpty()) {
            classification = new Classification(classes, served.classLabels(), config.getMaxBatchSize() > 0);
        }
        message.handOver(nextRaw);
        return request;
    }

    /** How the decoded request's outputs are answered; null if as they are. */
    @Nullable
    Classification classification() {
        return classification;
    }

    /** What the decoded request uses of shared memory, for the caller to release; null if nothing. */
    @Nullable
    SharedUse sharedUse() {
        return shared == null ? null : shared.use();
    }

    /** Whether inputs of the decoded request may be read but once. */
    boolean readsInputsOnce() {
        return shared != null && shared.readOnce();
    }

    private SharedTensors shared() {
        SharedTensors tensors = shared;
        if (tensors == null) {
            tensors = new SharedTensors(regions, routing.readsInputsOnce(served));
            shared = tensors;
        }
        return tensors;
    }

    private Tensor input(InputMessage input) throws Malformed {
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
        Place place = SharedTensors.place(input.name(), input.parameters());
        if (place != null) {
            if (contents != null) {
                throw Malformed.invalid(
                        "unexpected 'content' provided when using shared memory for input tensor " + subject(input));
            }
            return shared().input(type, place, DeclaredInputs.mayTake(config, input, type, place.byteSize()));
        }
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
            Parameter wanted = output.parameters().get(Classification.PARAMETER);
            if (wanted != null) {
                addClasses(output, wanted);
            }
            Place place = SharedTensors.place(output.name(), output.parameters());
            if (place != null) {
                shared().output(output, place);
            }
            names.add(output.name());
        }
        return names;
    }

    private void addClasses(OutputMessage output, Parameter wanted) throws Malformed {
        int count = Classification.count(wanted);
        if (output.parameters().containsKey(SharedTensors.REGION)) {
            throw Malformed.invalid("output can't set both 'shared_memory_region' and 'classification'");
        }
        for (ModelOutput each : config.getOutputList()) {
            if (each.getName().equals(output.name())) {
                Classification.check(ModelDescription.wireName(each.getDataType()));
            }
        }
        classes = classes.isEmpty() ? new HashMap<>() : classes;
        classes.put(output.name(), count);
    }
}
