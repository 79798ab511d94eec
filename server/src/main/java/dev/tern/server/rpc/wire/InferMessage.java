package dev.tern.server.rpc.wire;

import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Payload;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A ModelInferRequest as it came, before anything of it is checked.
 *
 * <p>Its raw contents are in an array or in memory that is kept for it. Whoever has the message gives that back with
 * {@link #release}, or passes it on to the payloads with {@link #handOver}; one thread at a time.
 */
public final class InferMessage {
    private static final int[] NOTHING = {};
    private static final byte[] NO_BYTES = {};

    String modelName = "";
    String modelVersion = "";
    String id = "";
    Map<String, Parameter> parameters = Map.of();
    private final List<InputMessage> inputs = new ArrayList<>(2);
    private List<OutputMessage> outputs = List.of();

    /** Begin and length of each raw content, in turn. */
    private int[] raw = NOTHING;

    private int rawCount;
    private long rawBytes;
    private byte[] copied = NO_BYTES;
    private @Nullable KeptBytes kept;

    InferMessage() {}

    /**
     * Reads a message. Its raw contents are nowhere until {@link #copy}, {@link #keep} or {@link #own} says where.
     *
     * @throws WireException if the bytes are no ModelInferRequest
     */
    public static InferMessage read(Pieces pieces, Names names) throws WireException {
        return InferMessageReader.read(new WireReader(pieces), names);
    }

    public String modelName() {
        return modelName;
    }

    /** Empty for the newest. */
    public String modelVersion() {
        return modelVersion;
    }

    /** The caller's own; empty when none was given. */
    public String id() {
        return id;
    }

    /** In the order in which they came. */
    public Map<String, Parameter> parameters() {
        return parameters;
    }

    public List<InputMessage> inputs() {
        return inputs;
    }

    public List<OutputMessage> outputs() {
        return outputs;
    }

    /** How many raw contents there are. */
    public int rawCount() {
        return rawCount;
    }

    /** Bytes of all raw contents. */
    public long rawBytes() {
        return rawBytes;
    }

    /** Raw contents, whose reference {@link #handOver} takes account of. */
    public Payload raw(int index) {
        int from = raw[2 * index];
        int length = raw[2 * index + 1];
        return kept == null ? HeapPayload.wrap(copied, from, length) : new KeptPayload(kept, from, length);
    }

    /** Copies the raw contents into an array of their size: {@code pieces}, which were read, are needed no more. */
    public void copy(Pieces pieces) {
        byte[] bytes = new byte[(int) rawBytes];
        int to = 0;
        for (int i = 0; i < rawCount; i++) {
            int length = raw[2 * i + 1];
            pieces.copyTo(raw[2 * i], bytes, to, length);
            raw[2 * i] = to;
            to += length;
        }
        copied = bytes;
    }

    /** Leaves the raw contents in {@code bytes}, all of the message, which are the garbage collector's. */
    public void own(byte[] bytes) {
        copied = bytes;
    }

    /** Leaves the raw contents where they are: {@code memory} is closed when nobody needs them any more. */
    public void keep(Pieces pieces, Closeable memory) {
        kept = new KeptBytes(pieces, memory);
    }

    /** From here on the kept memory belongs to {@code payloads} of {@link #raw}, each with a reference of its own. */
    public void handOver(int payloads) {
        if (kept != null && payloads > 1) {
            kept.retain(payloads - 1);
        }
        if (payloads > 0) {
            kept = null;
        }
        release();
    }

    /** Gives back what is kept and was not handed over; a second time does nothing. */
    public void release() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }

    InputMessage addInput() {
        InputMessage input = new InputMessage();
        inputs.add(input);
        return input;
    }

    OutputMessage addOutput() {
        if (outputs.isEmpty()) {
            outputs = new ArrayList<>();
        }
        OutputMessage output = new OutputMessage();
        outputs.add(output);
        return output;
    }

    void addRaw(int from, int length) {
        if (2 * rawCount == raw.length) {
            raw = Arrays.copyOf(raw, Math.max(2, 2 * raw.length));
        }
        raw[2 * rawCount] = from;
        raw[2 * rawCount + 1] = length;
        rawCount++;
        rawBytes += length;
    }
}
