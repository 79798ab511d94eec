package dev.tern.server.boot;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.List;

/** Sends tensors to a server and gives back those it answers. */
public final class Requests {
    private Requests() {}

    public static List<Tensor> infer(TestServer server, String model, Tensor... inputs) {
        return infer(server, model, List.of(inputs));
    }

    public static List<Tensor> infer(TestServer server, String model, List<Tensor> inputs) {
        return tensors(server.stub().modelInfer(request(model, inputs)));
    }

    public static ModelInferRequest request(String model, List<Tensor> inputs) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model);
        for (Tensor input : inputs) {
            ModelInferRequest.InferInputTensor.Builder tensor = request.addInputsBuilder()
                    .setName(input.name())
                    .setDatatype(input.type().name());
            for (long dim : input.shape().toArray()) {
                tensor.addShape(dim);
            }
            request.addRawInputContents(ByteString.copyFrom(Tensors.bytes(input)));
        }
        return request.build();
    }

    public static List<Tensor> tensors(ModelInferResponse response) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < response.getOutputsCount(); i++) {
            ModelInferResponse.InferOutputTensor output = response.getOutputs(i);
            Shape shape = Shape.of(
                    output.getShapeList().stream().mapToLong(Long::longValue).toArray());
            byte[] data = response.getRawOutputContents(i).toByteArray();
            tensors.add(new Tensor(
                    output.getName(), DataType.valueOf(output.getDatatype()), shape, HeapPayload.wrap(data)));
        }
        return tensors;
    }
}
