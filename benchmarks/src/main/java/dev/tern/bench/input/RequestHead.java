package dev.tern.bench.input;

import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What every request of a run says besides its inputs.
 *
 * @param model the model's name
 * @param version decimal; empty for the one the server chooses
 * @param priority the parameter {@code priority}: 1 is the highest level, 0 the model's default; empty to leave it out
 * @param queueTimeout the parameter {@code timeout}, sent in microseconds; empty to leave it out
 */
public record RequestHead(String model, String version, OptionalLong priority, Optional<Duration> queueTimeout) {
    /** Without parameters. */
    public static RequestHead of(String model, String version) {
        return new RequestHead(model, version, OptionalLong.empty(), Optional.empty());
    }

    /** The same of another version, decimal. */
    public RequestHead withVersion(String other) {
        return new RequestHead(model, other, priority, queueTimeout);
    }

    /** A request with these inputs. */
    byte[] encoded(List<FilledTensor> inputs) {
        ModelInferRequest.Builder request = begun();
        for (FilledTensor each : inputs) {
            request.addInputs(InferInputTensor.newBuilder()
                    .setName(each.info().name())
                    .setDatatype(each.info().datatype())
                    .addAllShape(each.info().shape()));
            request.addRawInputContents(each.contents());
        }
        return request.build().toByteArray();
    }

    private ModelInferRequest.Builder begun() {
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder().setModelName(model).setModelVersion(version);
        priority.ifPresent(level -> request.putParameters(
                "priority", InferParameter.newBuilder().setUint64Param(level).build()));
        queueTimeout.ifPresent(time -> request.putParameters(
                "timeout",
                InferParameter.newBuilder()
                        .setInt64Param(TimeUnit.NANOSECONDS.toMicros(time.toNanos()))
                        .build()));
        return request;
    }
}
