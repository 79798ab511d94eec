package dev.tern.server.rpc.wire;

import com.google.protobuf.WireFormat;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A ModelInferResponse byte for byte as protobuf writes it: always raw contents, one entry per output. These are written
 * from where they are; all else is put together in one small array before.
 */
public final class WireAnswer implements InferAnswer {
    private static final int DELIMITED = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private static final int MODEL_NAME = (ModelInferResponse.MODEL_NAME_FIELD_NUMBER << 3) | DELIMITED;
    private static final int MODEL_VERSION = (ModelInferResponse.MODEL_VERSION_FIELD_NUMBER << 3) | DELIMITED;
    private static final int ID = (ModelInferResponse.ID_FIELD_NUMBER << 3) | DELIMITED;
    private static final int OUTPUTS = (ModelInferResponse.OUTPUTS_FIELD_NUMBER << 3) | DELIMITED;
    private static final int RAW = (ModelInferResponse.RAW_OUTPUT_CONTENTS_FIELD_NUMBER << 3) | DELIMITED;

    private static final int OUTPUT_NAME = (InferOutputTensor.NAME_FIELD_NUMBER << 3) | DELIMITED;
    private static final int OUTPUT_DATATYPE = (InferOutputTensor.DATATYPE_FIELD_NUMBER << 3) | DELIMITED;
    private static final int OUTPUT_SHAPE = (InferOutputTensor.SHAPE_FIELD_NUMBER << 3) | DELIMITED;

    /** All but the raw contents: what comes before them, then what leads each. */
    private final byte[] head;

    private final ByteBuffer[] raw;
    private final int size;

    private WireAnswer(byte[] head, ByteBuffer[] raw, int size) {
        this.head = head;
        this.raw = raw;
        this.size = size;
    }

    /**
     * The answer {@code response} of a model's version.
     *
     * @throws ArithmeticException if it takes more than {@link Integer#MAX_VALUE} bytes
     */
    public static WireAnswer of(String model, long version, String id, InferenceResponse response) {
        List<Tensor> outputs = response.outputs();
        ByteBuffer[] raw = new ByteBuffer[outputs.size()];
        long rawBytes = 0;
        for (int i = 0; i < raw.length; i++) {
            raw[i] = outputs.get(i).data().heapView();
            rawBytes += raw[i].remaining();
        }
        byte[] head = head(model, version, id, outputs, raw);
        return new WireAnswer(head, raw, Math.toIntExact(head.length + rawBytes));
    }

    private static byte[] head(String model, long version, String id, List<Tensor> outputs, ByteBuffer[] raw) {
        int modelLength = Utf8.length(model);
        int digits = WireWriter.digits(version);
        int idLength = Utf8.length(id);
        long size = WireWriter.textSize(modelLength) + WireWriter.textSize(digits) + WireWriter.textSize(idLength);
        for (int i = 0; i < raw.length; i++) {
            size += WireWriter.fieldSize(size(outputs.get(i)));
            size += WireWriter.TAG_BYTES + WireWriter.varintSize(raw[i].remaining());
        }
        byte[] head = new byte[Math.toIntExact(size)];
        WireWriter out = new WireWriter(head);
        out.text(MODEL_NAME, model, modelLength);
        out.decimal(MODEL_VERSION, version, digits);
        out.text(ID, id, idLength);
        for (int i = 0; i < raw.length; i++) {
            write(out, outputs.get(i));
        }
        for (ByteBuffer each : raw) {
            out.begin(RAW, each.remaining());
        }
        return head;
    }

    private static int size(Tensor output) {
        long size = WireWriter.textSize(Utf8.length(output.name()))
                + WireWriter.textSize(output.type().name().length());
        int dims = size(output.shape());
        return Math.toIntExact(dims == 0 ? size : size + WireWriter.fieldSize(dims));
    }

    private static int size(Shape shape) {
        int size = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            size += WireWriter.varintSize(shape.dim(axis));
        }
        return size;
    }

    private static void write(WireWriter out, Tensor output) {
        String type = output.type().name();
        out.begin(OUTPUTS, size(output));
        out.text(OUTPUT_NAME, output.name(), Utf8.length(output.name()));
        out.text(OUTPUT_DATATYPE, type, type.length());
        Shape shape = output.shape();
        if (shape.rank() > 0) {
            out.begin(OUTPUT_SHAPE, size(shape));
        }
        for (int axis = 0; axis < shape.rank(); axis++) {
            out.varint(shape.dim(axis));
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        int led = 0;
        for (ByteBuffer each : raw) {
            led += WireWriter.TAG_BYTES + WireWriter.varintSize(each.remaining());
        }
        // What leads the first goes out with all that comes before it.
        int from = 0;
        int to = head.length - led;
        for (ByteBuffer each : raw) {
            to += WireWriter.TAG_BYTES + WireWriter.varintSize(each.remaining());
            out.write(head, from, to - from);
            out.write(each.array(), each.arrayOffset() + each.position(), each.remaining());
            from = to;
        }
        if (from < head.length) {
            out.write(head, from, head.length - from);
        }
    }
}
