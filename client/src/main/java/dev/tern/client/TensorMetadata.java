package dev.tern.client;

import dev.tern.proto.inference.ModelMetadataResponse;
import java.util.Arrays;

/** What a model says of one of its inputs or outputs. */
public final class TensorMetadata {
    private final String name;
    private final String datatype;
    private final long[] shape;

    TensorMetadata(ModelMetadataResponse.TensorMetadata message) {
        this.name = message.getName();
        this.datatype = message.getDatatype();
        this.shape = message.getShapeList().stream().mapToLong(Long::longValue).toArray();
    }

    /** The name to send or read it by. */
    public String name() {
        return name;
    }

    /** The datatype as the server spells it: a constant of {@link DataType}, or one that this client does not know. */
    public String datatype() {
        return datatype;
    }

    /** The dimensions, -1 where any size goes, with the batch in front where the model batches; a copy. */
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public String toString() {
        return name + ": " + datatype + Arrays.toString(shape);
    }
}
