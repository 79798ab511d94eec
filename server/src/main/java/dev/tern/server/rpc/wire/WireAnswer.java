package dev.tern.server.rpc.wire;

import com.google.protobuf.WireFormat;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.proto.inference.ModelStreamInferResponse;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Memo;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * A ModelInferResponse, or the ModelStreamInferResponse around it, byte for byte as protobuf writes it: always raw
 * contents, one entry per output. These are written from where they are; all else is put together in one small array
 * before.
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

    private static final int ERROR_MESSAGE = (ModelStreamInferResponse.ERROR_MESSAGE_FIELD_NUMBER << 3) | DELIMITED;
    private static final int INFER_RESPONSE = (ModelStreamInferResponse.INFER_RESPONSE_FIELD_NUMBER << 3) | DELIMITED;

    private static final byte[] NONE = {};

    /** That this is the last answer to its request: each has but one. */
    private static final byte[] FINAL = ModelInferResponse.newBuilder()
            .putParameters(
                    "triton_final_response",
                    InferParameter.newBuilder().setBoolParam(true).build())
            .build()
            .toByteArray();

    /** All but the raw contents: what comes before them, then what leads each. */
    private final byte[] head;

    private final List<Tensor> outputs;
    private final int size;

    private WireAnswer(byte[] head, List<Tensor> outputs, int size) {
        this.head = head;
        this.outputs = outputs;
        this.size = size;
    }

    /**
     * The answer {@code response} of a model's version.
     *
     * @throws ArithmeticException if it takes more than {@link Integer#MAX_VALUE} bytes
     */
    public static WireAnswer of(String model, long version, String id, InferenceResponse response) {
        return of(model, version, id, response, false);
    }

    /**
     * The answer {@code response} of a model's version on a stream, its last one.
     *
     * @throws ArithmeticException if it takes more than {@link Integer#MAX_VALUE} bytes
     */
    public static WireAnswer streamed(String model, long version, String id, InferenceResponse response) {
        return of(model, version, id, response, true);
    }

    /**
     * What a stream answers to the request {@code id} that failed.
     *
     * @param model left out if empty
     * @param version left out if 0
     */
    public static WireAnswer error(String model, long version, String id, String error) {
        int errorLength = Utf8.length(error);
        int modelLength = Utf8.length(model);
        int digits = version == 0 ? 0 : WireWriter.digits(version);
        int idLength = Utf8.length(id);
        long inner = WireWriter.textSize(modelLength)
                + WireWriter.textSize(digits)
                + WireWriter.textSize(idLength)
                + FINAL.length;
        byte[] bytes = new byte[Math.toIntExact(WireWriter.textSize(errorLength) + WireWriter.fieldSize(inner))];
        WireWriter out = new WireWriter(bytes);
        out.text(ERROR_MESSAGE, error, errorLength);
        out.begin(INFER_RESPONSE, (int) inner);
        out.text(MODEL_NAME, model, modelLength);
        if (digits > 0) {
            out.decimal(MODEL_VERSION, version, digits);
        }
        out.text(ID, id, idLength);
        out.bytes(FINAL);
        return new WireAnswer(bytes, List.of(), bytes.length);
    }

    private static WireAnswer of(String model, long version, String id, InferenceResponse response, boolean streamed) {
        List<Tensor> outputs = onHeap(response.outputs());
        long rawBytes = 0;
        for (int i = 0; i < outputs.size(); i++) {
            rawBytes += outputs.get(i).data().size();
        }
        byte[] head = head(model, version, id, response, outputs, rawBytes, streamed);
        return new WireAnswer(head, outputs, Math.toIntExact(head.length + rawBytes));
    }

    /** What cannot be read must show here, and not when half of the answer is written. */
    private static List<Tensor> onHeap(List<Tensor> outputs) {
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).data().onHeap() != outputs.get(i).data()) {
                return outputs.stream()
                        .map(each -> new Tensor(
                                each.name(),
                                each.type(),
                                each.shape(),
                                each.data().onHeap()))
                        .toList();
            }
        }
        return outputs;
    }

    private static byte[] head(
            String model,
            long version,
            String id,
            InferenceResponse response,
            List<Tensor> outputs,
            long rawBytes,
            boolean streamed) {
        Memo memo = response.memo();
        byte[] tail = memo == null ? NONE : keptTail(memo, outputs);
        byte[] parameters = CacheParameter.field(response.origin());
        int modelLength = Utf8.length(model);
        int digits = WireWriter.digits(version);
        int idLength = Utf8.length(id);
        long size = WireWriter.textSize(modelLength)
                + WireWriter.textSize(digits)
                + WireWriter.textSize(idLength)
                + parameters.length
                + (streamed ? FINAL.length : 0)
                + (memo == null ? tailSize(outputs) : tail.length);
        int message = Math.toIntExact(size + rawBytes);
        int led = streamed ? WireWriter.TAG_BYTES + WireWriter.varintSize(message) : 0;
        byte[] head = new byte[Math.toIntExact(led + size)];
        WireWriter out = new WireWriter(head);
        if (streamed) {
            out.begin(INFER_RESPONSE, message);
        }
        out.text(MODEL_NAME, model, modelLength);
        out.decimal(MODEL_VERSION, version, digits);
        out.text(ID, id, idLength);
        out.bytes(parameters);
        if (streamed) {
            out.bytes(FINAL);
        }
        if (memo == null) {
            writeTail(out, outputs);
        } else {
            out.bytes(tail);
        }
        return head;
    }

    /** The tail, made once where the outputs are given several times. */
    private static byte[] keptTail(Memo memo, List<Tensor> outputs) {
        if (memo.value() instanceof byte[] tail) {
            return tail;
        }
        byte[] tail = new byte[Math.toIntExact(tailSize(outputs))];
        writeTail(new WireWriter(tail), outputs);
        memo.keep(tail);
        return tail;
    }

    /** What is the same in every answer of these outputs, but for the raw contents. */
    private static void writeTail(WireWriter out, List<Tensor> outputs) {
        for (int i = 0; i < outputs.size(); i++) {
            write(out, outputs.get(i));
        }
        for (int i = 0; i < outputs.size(); i++) {
            out.begin(RAW, Math.toIntExact(outputs.get(i).data().size()));
        }
    }

    private static long tailSize(List<Tensor> outputs) {
        long size = 0;
        for (int i = 0; i < outputs.size(); i++) {
            size += WireWriter.fieldSize(size(outputs.get(i))) + led(outputs.get(i));
        }
        return size;
    }

    /** Bytes that lead the raw contents of {@code output}. */
    private static int led(Tensor output) {
        return WireWriter.TAG_BYTES + WireWriter.varintSize(output.data().size());
    }

    private static int size(Tensor output) {
        long size = WireWriter.textSize(Utf8.length(output.name()))
                + WireWriter.textSize(output.type().name().length());
        int dims = size(output.shape());
        return Math.toIntExact((dims == 0 ? size : size + WireWriter.fieldSize(dims)) + parameters(output).length);
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
        out.bytes(parameters(output));
    }

    /** What says where an output is whose bytes are not here. */
    private static byte[] parameters(Tensor output) {
        return output.data() instanceof InRegion elsewhere
                ? elsewhere.described().toByteArray()
                : NONE;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        int led = 0;
        for (int i = 0; i < outputs.size(); i++) {
            led += led(outputs.get(i));
        }
        // What leads the first goes out with all that comes before it.
        int from = 0;
        int to = head.length - led;
        for (int i = 0; i < outputs.size(); i++) {
            to += led(outputs.get(i));
            out.write(head, from, to - from);
            outputs.get(i).data().writeTo(out);
            from = to;
        }
        if (from < head.length) {
            out.write(head, from, head.length - from);
        }
    }
}
