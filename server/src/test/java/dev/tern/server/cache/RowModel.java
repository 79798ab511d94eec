package dev.tern.server.cache;

import dev.tern.server.engine.Slab;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An exactly row-wise model, {@code x FP32 [n,2], word BYTES [n,1] -> y FP32 [n,2] = 2x, loud BYTES [n,1]}, the word in
 * capitals, and {@code rows INT64 [1]}, which has no batch dimension, where asked for. Answers at once.
 */
final class RowModel implements Predictor {
    static final List<String> OUTPUTS = List.of("y", "loud");

    private long rowsComputed;

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        rowsComputed += request.inputs().get(0).shape().dim(0);
        reply.succeed(new InferenceResponse(outputs(request)));
    }

    /** Rows that were computed so far. */
    long rowsComputed() {
        return rowsComputed;
    }

    /** The outputs that {@code request} gets, each in counted memory. */
    static List<Tensor> outputs(InferenceRequest request) {
        List<Tensor> outputs = new ArrayList<>();
        for (String name : request.outputs().isEmpty() ? OUTPUTS : request.outputs()) {
            outputs.add(counted(output(name, request.inputs())));
        }
        return outputs;
    }

    private static Tensor output(String name, List<Tensor> inputs) {
        int rows = (int) inputs.get(0).shape().dim(0);
        return switch (name) {
            case "y" -> {
                float[] values = Tensors.floats(inputs.get(0));
                for (int i = 0; i < values.length; i++) {
                    values[i] *= 2;
                }
                yield Tensors.floats(name, Shape.of(rows, 2), values);
            }
            case "loud" -> {
                String[] words = Tensors.strings(inputs.get(1)).stream()
                        .map(word -> word.toUpperCase(Locale.ROOT))
                        .toArray(String[]::new);
                yield Tensors.strings(name, Shape.of(rows, 1), words);
            }
            default -> Tensors.longs(name, Shape.of(1), rows);
        };
    }

    private static Tensor counted(Tensor tensor) {
        byte[] bytes = Tensors.bytes(tensor);
        Slab slab = Slab.wrap(bytes);
        Tensor counted = new Tensor(tensor.name(), tensor.type(), tensor.shape(), slab.slice(0, bytes.length));
        slab.release();
        return counted;
    }

    /** The inputs of rows that these numbers stand for. */
    static List<Tensor> inputs(int... rows) {
        float[] x = new float[2 * rows.length];
        List<byte[]> words = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            x[2 * i] = rows[i];
            x[2 * i + 1] = rows[i] % 3;
            words.add("w".repeat(rows[i] % 5).getBytes(StandardCharsets.UTF_8));
        }
        return List.of(
                Tensors.floats("x", Shape.of(rows.length, 2), x),
                Tensors.raw("word", DataType.BYTES, Shape.of(rows.length, 1), BytesElements.write(words)));
    }
}
