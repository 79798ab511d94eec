package dev.tern.server.rpc;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.server.rpc.wire.InputMessage;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;

/** Tells early, before work is done for it, that an input will be refused. */
final class DeclaredInputs {
    private DeclaredInputs() {}

    /**
     * Whether a model may take {@code input}, of {@code type} and with {@code byteSize} bytes; what it does not is refused
     * when the request is validated, which says why.
     */
    static boolean mayTake(ModelConfig config, InputMessage input, DataType type, long byteSize) {
        for (ModelInput each : config.getInputList()) {
            if (each.getName().equals(input.name())) {
                Shape shape = input.shape();
                return ModelDescription.wireName(each.getDataType()).equals(type.name())
                        && fits(each, shape, config.getMaxBatchSize() > 0 ? 1 : 0)
                        && (!type.hasFixedSize() || bytes(shape, type.elementSize()) == byteSize);
            }
        }
        return false;
    }

    private static boolean fits(ModelInput declared, Shape shape, int leading) {
        if (shape.rank() != leading + declared.getDimsCount()) {
            return false;
        }
        for (int i = leading; i < shape.rank(); i++) {
            long dim = declared.getDims(i - leading);
            if (dim != Shape.VARIABLE && dim != shape.dim(i)) {
                return false;
            }
        }
        return true;
    }

    /** As a number without end: what is too large for one is no size of a tensor. */
    private static double bytes(Shape shape, int elementSize) {
        double bytes = elementSize;
        for (int i = 0; i < shape.rank(); i++) {
            if (shape.dim(i) < 0) {
                return -1;
            }
            bytes *= shape.dim(i);
        }
        return bytes;
    }
}
