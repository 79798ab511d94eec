package dev.tern.server.acceptance;

import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.DirectRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The demo ranker's held-out rows, each with the probability that a session run of that row alone gives. */
final class RankerRows {
    private static final String RANKER = "/demo-repository/ranker/";
    private static final int DENSE = 13;
    private static final int CATEGORICAL = 26;

    private final List<ByteString> dense = new ArrayList<>();
    private final List<ByteString> categorical = new ArrayList<>();
    private final float[] expected;

    RankerRows() throws IOException, OrtException {
        String csv = new String(resource("heldout.csv"), StandardCharsets.UTF_8);
        csv.lines().skip(1).map(line -> line.split(",", -1)).forEach(this::add);
        this.expected = new float[dense.size()];
        try (DirectRun model = new DirectRun(resource("1/model.onnx"))) {
            for (int row = 0; row < expected.length; row++) {
                expected[row] = run(model, row);
            }
        }
    }

    private void add(String[] fields) {
        ByteBuffer numbers = ByteBuffer.allocate(DENSE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer ids = ByteBuffer.allocate(CATEGORICAL * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < DENSE; i++) {
            numbers.putFloat(Float.parseFloat(fields[1 + i]));
        }
        for (int i = 0; i < CATEGORICAL; i++) {
            ids.putLong(Long.parseLong(fields[1 + DENSE + i]));
        }
        dense.add(ByteString.copyFrom(numbers.flip()));
        categorical.add(ByteString.copyFrom(ids.flip()));
    }

    private float run(DirectRun model, int row) throws OrtException {
        List<Tensor> inputs = List.of(
                tensor("dense", DataType.FP32, DENSE, dense.get(row)),
                tensor("categorical", DataType.INT64, CATEGORICAL, categorical.get(row)));
        Tensor probability =
                model.run(inputs, Map.of("probability", DataType.FP32)).get(0);
        ByteBuffer raw = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        probability.data().copyTo(0, raw);
        return raw.getFloat(0);
    }

    private static Tensor tensor(String name, DataType type, int width, ByteString row) {
        return new Tensor(name, type, Shape.of(1, width), HeapPayload.wrap(row.toByteArray()));
    }

    int count() {
        return expected.length;
    }

    float expected(int row) {
        return expected[row];
    }

    /** A request for these rows. */
    ModelInferRequest request(int... rows) {
        ByteString numbers = ByteString.EMPTY;
        ByteString ids = ByteString.EMPTY;
        for (int row : rows) {
            numbers = numbers.concat(dense.get(row));
            ids = ids.concat(categorical.get(row));
        }
        return ModelInferRequest.newBuilder()
                .setModelName("ranker")
                .addInputs(input("dense", "FP32", rows.length, DENSE))
                .addRawInputContents(numbers)
                .addInputs(input("categorical", "INT64", rows.length, CATEGORICAL))
                .addRawInputContents(ids)
                .build();
    }

    private static InferInputTensor input(String name, String datatype, long rows, long width) {
        return InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype(datatype)
                .addShape(rows)
                .addShape(width)
                .build();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = RankerRows.class.getResourceAsStream(RANKER + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
