package dev.tern.server.engine.onnx.graph;

import com.google.protobuf.ByteString;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Turns a constant of the model into a tensor in the protocol's raw form. */
final class Defaults {
    private Defaults() {}

    /** The values in {@code file} of those of {@code inputs} that are optional. */
    static Map<String, Tensor> of(Path file, List<TensorSpec> inputs) throws ModelRefusedException {
        Map<String, TensorSpec> optional =
                inputs.stream().filter(TensorSpec::optional).collect(Collectors.toMap(TensorSpec::name, spec -> spec));
        Map<String, Tensor> defaults = new HashMap<>();
        if (!optional.isEmpty()) {
            for (TensorProto constant : ModelFile.whole(file).getGraph().getInitializerList()) {
                TensorSpec spec = optional.get(constant.getName());
                if (spec != null) {
                    defaults.put(spec.name(), tensor(spec.type(), constant));
                }
            }
        }
        return Map.copyOf(defaults);
    }

    /** @throws ModelRefusedException if the constant's data is missing, of another length, or in a side file */
    static Tensor tensor(DataType type, TensorProto constant) throws ModelRefusedException {
        if (ExternalData.isExternal(constant)) {
            throw new ModelRefusedException("input '" + constant.getName()
                    + "' may be left out, but its default lies in a side file; it must lie in the model file");
        }
        Shape shape = Shape.of(
                constant.getDimsList().stream().mapToLong(Long::longValue).toArray());
        byte[] bytes = type == DataType.BYTES ? strings(constant) : numbers(type, constant);
        long expected = type == DataType.BYTES ? bytes.length : shape.elements() * type.elementSize();
        if (bytes.length != expected) {
            throw new ModelRefusedException("input '" + constant.getName() + "' has a default of " + bytes.length
                    + " bytes; " + type + " " + shape + " takes " + expected);
        }
        return new Tensor(constant.getName(), type, shape, HeapPayload.wrap(bytes));
    }

    private static byte[] strings(TensorProto constant) throws ModelRefusedException {
        for (ByteString text : constant.getStringDataList()) {
            if (!Text.defect(text).isEmpty()) {
                throw new ModelRefusedException("input '" + constant.getName() + "' has the default "
                        + Text.quoted(text) + ", which " + Text.defect(text)
                        + "; ONNX Runtime's Java binding cannot pass it");
            }
        }
        byte[] bytes = new byte
                [constant.getStringDataList().stream()
                        .mapToInt(text -> Integer.BYTES + text.size())
                        .sum()];
        ByteBuffer buffer = littleEndian(bytes);
        for (ByteString text : constant.getStringDataList()) {
            buffer.putInt(text.size());
            text.copyTo(buffer);
        }
        return bytes;
    }

    private static byte[] numbers(DataType type, TensorProto constant) {
        if (constant.hasRawData()) {
            return constant.getRawData().toByteArray();
        }
        return switch (type) {
            case FP32 -> floats(constant.getFloatDataList());
            case FP64 -> doubles(constant.getDoubleDataList());
            case INT64 -> integers(constant.getInt64DataList(), type.elementSize());
            case UINT32, UINT64 -> integers(constant.getUint64DataList(), type.elementSize());
            case BOOL, UINT8, UINT16, INT8, INT16, INT32, FP16, BF16 ->
                integers(constant.getInt32DataList(), type.elementSize());
            case BYTES -> throw new IllegalArgumentException("strings are no numbers");
        };
    }

    private static byte[] floats(List<Float> values) {
        byte[] bytes = new byte[values.size() * Float.BYTES];
        values.forEach(littleEndian(bytes)::putFloat);
        return bytes;
    }

    private static byte[] doubles(List<Double> values) {
        byte[] bytes = new byte[values.size() * Double.BYTES];
        values.forEach(littleEndian(bytes)::putDouble);
        return bytes;
    }

    private static byte[] integers(List<? extends Number> values, int size) {
        byte[] bytes = new byte[values.size() * size];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values.get(i / size).longValue() >> (Byte.SIZE * (i % size)));
        }
        return bytes;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
