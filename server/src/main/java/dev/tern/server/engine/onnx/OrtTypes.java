package dev.tern.server.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import dev.tern.server.tensor.DataType;

/** ONNX Runtime's names for the element types its Java binding has. */
final class OrtTypes {
    private OrtTypes() {}

    /**
     * The type to make a tensor of {@code type} with.
     *
     * @throws IllegalArgumentException for UINT16, UINT32 and UINT64, which the binding cannot make
     */
    static OnnxJavaType of(DataType type) {
        return switch (type) {
            case BOOL -> OnnxJavaType.BOOL;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case FP16 -> OnnxJavaType.FLOAT16;
            case FP32 -> OnnxJavaType.FLOAT;
            case FP64 -> OnnxJavaType.DOUBLE;
            case BF16 -> OnnxJavaType.BFLOAT16;
            case BYTES -> OnnxJavaType.STRING;
            case UINT16, UINT32, UINT64 ->
                throw new IllegalArgumentException("ONNX Runtime's Java binding makes no tensors of " + type);
        };
    }
}
