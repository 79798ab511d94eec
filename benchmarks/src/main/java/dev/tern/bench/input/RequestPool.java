package dev.tern.bench.input;

import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.TensorInfo;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The distinct requests of a run, encoded once and sent over and over, in turn. Immutable. */
public final class RequestPool {
    private final List<byte[]> requests;
    private final List<TensorInfo> inputs;
    private final List<DrawnLengths> lengths;

    private RequestPool(List<byte[]> requests, List<TensorInfo> inputs, List<DrawnLengths> lengths) {
        this.requests = requests;
        this.inputs = inputs;
        this.lengths = lengths;
    }

    /**
     * Makes requests that fit a model; the same seed gives the same bytes.
     *
     * @param rows the leading dimension of each
     * @param distinct how many requests, at least 1
     * @throws InputException when no fitting input can be made
     */
    public static RequestPool random(
            RequestHead head,
            ModelInfo model,
            int rows,
            List<GivenShape> shapes,
            List<NamedRange> ranges,
            int distinct,
            long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ShapeDraws draws = new ShapeDraws(shapes);
        List<byte[]> requests = new ArrayList<>();
        List<TensorInfo> described = List.of();
        for (int i = 0; i < distinct; i++) {
            List<InputTensor> inputs = InputPlan.of(model, rows, draws.next(random), ranges);
            requests.add(request(head, inputs, random));
            described = i == 0 ? inputs.stream().map(InputTensor::info).toList() : common(described, inputs);
        }
        return new RequestPool(requests, described, draws.lengths());
    }

    /** How many distinct requests there are. */
    public int size() {
        return requests.size();
    }

    /** The request at this place, encoded; shared, not to be changed. */
    public byte[] get(int index) {
        return requests.get(index);
    }

    /** The inputs; dimensions are -1 where requests differ. */
    public List<TensorInfo> inputs() {
        return inputs;
    }

    /** What was drawn for the dimensions that are given by a distribution. */
    public List<DrawnLengths> lengths() {
        return lengths;
    }

    private static byte[] request(RequestHead head, List<InputTensor> inputs, SplittableRandom random) {
        ModelInferRequest.Builder request = head.begun();
        for (InputTensor each : inputs) {
            request.addInputs(InferInputTensor.newBuilder()
                    .setName(each.name())
                    .setDatatype(each.datatype().name())
                    .addAllShape(each.shape()));
            request.addRawInputContents(Contents.random(each, random));
        }
        return request.build().toByteArray();
    }

    private static List<TensorInfo> common(List<TensorInfo> described, List<InputTensor> inputs) {
        List<TensorInfo> common = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            List<Long> shape = new ArrayList<>(described.get(i).shape());
            for (int d = 0; d < shape.size(); d++) {
                if (!shape.get(d).equals(inputs.get(i).shape().get(d))) {
                    shape.set(d, -1L);
                }
            }
            common.add(new TensorInfo(described.get(i).name(), described.get(i).datatype(), shape));
        }
        return common;
    }
}
