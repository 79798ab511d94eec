package dev.tern.bench.input;

import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The distinct requests of a run, encoded once and sent over and over, in turn. Immutable. */
public final class RequestPool {
    private final List<byte[]> requests;

    private RequestPool(List<byte[]> requests) {
        this.requests = requests;
    }

    /**
     * Makes the pool; the same seed gives the same bytes.
     *
     * @param version decimal; empty for the one the server chooses
     * @param distinct how many requests, at least 1
     */
    public static RequestPool random(String model, String version, List<InputTensor> inputs, int distinct, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new RequestPool(IntStream.range(0, distinct)
                .mapToObj(each -> request(model, version, inputs, random))
                .toList());
    }

    /** How many distinct requests there are. */
    public int size() {
        return requests.size();
    }

    /** The request at this place, encoded; shared, not to be changed. */
    public byte[] get(int index) {
        return requests.get(index);
    }

    private static byte[] request(String model, String version, List<InputTensor> inputs, SplittableRandom random) {
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder().setModelName(model).setModelVersion(version);
        for (InputTensor each : inputs) {
            request.addInputs(InferInputTensor.newBuilder()
                    .setName(each.name())
                    .setDatatype(each.datatype().name())
                    .addAllShape(each.shape()));
            request.addRawInputContents(Contents.random(each, random));
        }
        return request.build().toByteArray();
    }
}
