package dev.tern.client;

import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One inference to ask for. Immutable; may be sent any number of times, from any thread. */
public final class InferRequest {
    private final ModelInferRequest message;
    private final Metadata headers;
    private final @Nullable Duration deadline;

    private InferRequest(Builder builder) {
        this.message = builder.message.build();
        this.headers = Headers.copy(builder.headers);
        this.deadline = builder.deadline;
    }

    /** Starts a request to the newest version of the model {@code name} that is ready. */
    public static Builder model(String name) {
        return new Builder(name);
    }

    ModelInferRequest message() {
        return message;
    }

    Metadata headers() {
        return headers;
    }

    @Nullable
    Duration deadline() {
        return deadline;
    }

    /** Whether the server keeps state for this request's sequence, so that sending it twice is not the same as once. */
    boolean isStateful() {
        InferParameter sequence = message.getParametersMap().get("sequence_id");
        return sequence != null
                && (sequence.getInt64Param() != 0 || !sequence.getStringParam().isEmpty());
    }

    @Override
    public String toString() {
        return "InferRequest[" + message.getModelName() + ", " + message.getInputsCount() + " inputs, "
                + message.getSerializedSize() + " bytes]";
    }

    /** Gathers a request. Not for several threads at once. */
    public static final class Builder {
        private final ModelInferRequest.Builder message = ModelInferRequest.newBuilder();
        private final Map<String, Tensor> inputs = new LinkedHashMap<>();
        private final Metadata headers = new Metadata();
        private @Nullable Duration deadline;

        private Builder(String model) {
            message.setModelName(model);
        }

        /** Asks for this version of the model, such as {@code 3}. */
        public Builder version(long version) {
            message.setModelVersion(Long.toString(version));
            return this;
        }

        /** Sets the id, which the result repeats and the server's messages name. */
        public Builder id(String id) {
            message.setId(id);
            return this;
        }

        /**
         * Adds an input.
         *
         * @throws IllegalArgumentException when there is an input of this name already
         */
        public Builder input(String name, Tensor tensor) {
            if (inputs.putIfAbsent(name, tensor) != null) {
                throw new IllegalArgumentException("input '" + name + "' is given twice");
            }
            InferInputTensor.Builder input = message.addInputsBuilder().setName(name);
            input.setDatatype(tensor.datatype().name());
            for (long dimension : tensor.shape()) {
                input.addShape(dimension);
            }
            message.addRawInputContents(tensor.data());
            return this;
        }

        /** Asks for these outputs only; without this call the server answers with all it has. */
        public Builder outputs(String... names) {
            for (String name : names) {
                message.addOutputs(InferRequestedOutputTensor.newBuilder().setName(name));
            }
            return this;
        }

        /**
         * Asks for an output as its best classes: texts of {@code value:index} or {@code value:index:label}, the highest value
         * first.
         *
         * @param count how many, 1 or more
         */
        public Builder classes(String output, int count) {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "classes of output '" + output + "' are " + count + " (expected: 1 or more)");
            }
            message.addOutputsBuilder().setName(output).putParameters("classification", Parameters.of((long) count));
            return this;
        }

        /** Sets a parameter, such as {@code sequence_start}. */
        public Builder parameter(String name, boolean value) {
            message.putParameters(name, Parameters.of(value));
            return this;
        }

        /** Sets a parameter, such as {@code priority} (1 is highest) or {@code timeout} (in the queue, microseconds). */
        public Builder parameter(String name, long value) {
            message.putParameters(name, Parameters.of(value));
            return this;
        }

        /** Sets a parameter. */
        public Builder parameter(String name, double value) {
            message.putParameters(name, Parameters.of(value));
            return this;
        }

        /** Sets a parameter. */
        public Builder parameter(String name, String value) {
            message.putParameters(name, Parameters.of(value));
            return this;
        }

        /** Sets how long to wait for the answer, retries included, in place of the client's default. */
        public Builder deadline(Duration deadline) {
            this.deadline = Durations.requirePositive(deadline, "deadline");
            return this;
        }

        /**
         * Sends a header with the call, beside the client's own.
         *
         * @throws IllegalArgumentException when gRPC allows no such header name or value
         */
        public Builder header(String name, String value) {
            Headers.put(headers, name, value);
            return this;
        }

        /** Makes the request. */
        public InferRequest build() {
            return new InferRequest(this);
        }
    }
}
