package dev.tern.server.cache;

import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.RowSlices;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts answers into rows, and joins rows to answers. */
final class RowAnswers {
    private RowAnswers() {}

    /** Whether {@code response} can be cut into {@code rows} rows: each output has one for each. */
    static boolean hasRows(InferenceResponse response, int rows) {
        for (int i = 0; i < response.outputs().size(); i++) {
            Tensor output = response.outputs().get(i);
            if (output.shape().rank() == 0 || output.shape().dim(0) != rows) {
                return false;
            }
        }
        return true;
    }

    /** The rows of {@code response}, each with references of its own; all of them or, where that fails, none. */
    static List<InferenceResponse> cut(InferenceResponse response, int rows) {
        List<RowSlices> slices = new ArrayList<>(response.outputs().size());
        for (int i = 0; i < response.outputs().size(); i++) {
            slices.add(RowSlices.of(response.outputs().get(i), 1));
        }
        List<InferenceResponse> cut = new ArrayList<>(rows);
        try {
            for (int row = 0; row < rows; row++) {
                cut.add(row(slices, row));
            }
            return cut;
        } catch (RuntimeException | Error e) {
            // Memory may run out anywhere here, and what has references is the model's, not garbage.
            for (int row = 0; row < cut.size(); row++) {
                cut.get(row).release();
            }
            throw e;
        }
    }

    private static InferenceResponse row(List<RowSlices> slices, int row) {
        List<Tensor> outputs = new ArrayList<>(slices.size());
        InferenceResponse response = new InferenceResponse(outputs);
        try {
            for (int i = 0; i < slices.size(); i++) {
                outputs.add(slices.get(i).slice(row));
            }
            return response;
        } catch (RuntimeException | Error e) {
            response.release();
            throw e;
        }
    }

    /** One answer of {@code rows}, at least one, copied onto the heap; null if their outputs are not alike. */
    static @Nullable InferenceResponse join(InferenceResponse[] rows, Origin origin) {
        List<Tensor> first = rows[0].outputs();
        for (InferenceResponse row : rows) {
            if (!areAlike(first, row.outputs())) {
                return null;
            }
        }
        List<Tensor> outputs = new ArrayList<>(first.size());
        for (int i = 0; i < first.size(); i++) {
            outputs.add(join(first.get(i), rows, i));
        }
        return new InferenceResponse(outputs, origin);
    }

    private static boolean areAlike(List<Tensor> some, List<Tensor> others) {
        if (some.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            Tensor one = some.get(i);
            Tensor other = others.get(i);
            DataType type = one.type();
            if (type != other.type()
                    || !one.name().equals(other.name())
                    || !one.shape().equals(other.shape())) {
                return false;
            }
        }
        return true;
    }

    private static Tensor join(Tensor first, InferenceResponse[] rows, int output) {
        long size = 0;
        for (InferenceResponse row : rows) {
            size += row.outputs().get(output).data().size();
        }
        byte[] bytes = new byte[Math.toIntExact(size)];
        int at = 0;
        for (InferenceResponse row : rows) {
            Payload data = row.outputs().get(output).data();
            int length = (int) data.size();
            data.copyTo(0, ByteBuffer.wrap(bytes, at, length));
            at += length;
        }
        return new Tensor(first.name(), first.type(), first.shape().withRows(rows.length), HeapPayload.wrap(bytes));
    }
}
