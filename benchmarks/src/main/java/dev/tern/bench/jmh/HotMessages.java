package dev.tern.bench.jmh;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.List;

/** Requests and answers of the sizes that models have. */
public enum HotMessages {
    /** 64 floats. */
    MLP_64(1, "input", 64, 0, 1),
    /** 512 floats. */
    MLP_512(1, "input", 512, 0, 1),
    /** One row of the demo's ranker: 13 floats and 26 ids. */
    RANKER_1(1, "dense", 13, 26, 1),
    /** 200 rows of it. */
    RANKER_200(200, "dense", 13, 26, 1),
    /** 1 MiB of floats, and as many back. */
    MEGABYTE(1, "input", 1 << 18, 0, 1 << 18);

    private final int rows;
    private final String input;
    private final int floats;
    private final int ids;
    private final int answers;

    HotMessages(int rows, String input, int floats, int ids, int answers) {
        this.rows = rows;
        this.input = input;
        this.floats = floats;
        this.ids = ids;
        this.answers = answers;
    }

    /** The request on the wire. */
    byte[] request() {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("ranker");
        add(request, input, "FP32", floats, Float.BYTES);
        if (ids > 0) {
            add(request, "categorical", "INT64", ids, Long.BYTES);
        }
        return request.build().toByteArray();
    }

    private void add(ModelInferRequest.Builder request, String name, String type, int columns, int width) {
        request.addInputs(InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype(type)
                .addShape(rows)
                .addShape(columns));
        request.addRawInputContents(noise(rows * columns * width));
    }

    private static ByteString noise(int bytes) {
        byte[] noise = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            noise[i] = (byte) (i * 31);
        }
        return UnsafeByteOperations.unsafeWrap(noise);
    }

    /** The answer, its output a slice in the middle of a batch's. */
    InferenceResponse answer() {
        int bytes = rows * answers * Float.BYTES;
        HeapPayload slice = HeapPayload.wrap(new byte[3 * bytes], bytes, bytes);
        return new InferenceResponse(List.of(new Tensor("probability", DataType.FP32, Shape.of(rows, answers), slice)));
    }
}
