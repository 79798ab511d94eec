package dev.tern.server.rpc;

import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.repository.ClassLabels;
import dev.tern.server.rpc.wire.Parameter;
import dev.tern.server.rpc.wire.Parameter.Choice;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TopElements;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Triton's classification extension: outputs that a request wants as its best classes. What the model gave, and the cache
 * keeps, stays as it is; each answer is made of it anew.
 */
final class Classification {
    /** Among an output's parameters: how many classes are wanted. */
    static final String PARAMETER = "classification";

    /** As many as Triton takes. */
    private static final int MAX_CLASSES = 1_000_000;

    /** What an event loop can write, for a kept answer, in some tenths of a second. Triton has no such limit. */
    private static final int MAX_TEXTS = 100_000;

    private final Map<String, Integer> wanted;
    private final ClassLabels labels;
    private final boolean batched;

    /**
     * @param wanted how many classes, by output
     * @param batched whether the outputs' first dimension counts entries, each with classes of its own
     */
    Classification(Map<String, Integer> wanted, ClassLabels labels, boolean batched) {
        this.wanted = wanted;
        this.labels = labels;
        this.batched = batched;
    }

    /** How many classes the {@link #PARAMETER} asks for. */
    static int count(Parameter parameter) throws Malformed {
        if (parameter.choice() != Choice.INT64) {
            throw Malformed.invalid("invalid value type for 'classification' parameter, expected int64_param");
        }
        long count = (Long) parameter.value();
        if (count <= 0) {
            throw Malformed.invalid("invalid value for 'classification' parameter, expected >= 0");
        }
        return (int) Math.min(count, MAX_CLASSES);
    }

    /** Refuses a datatype, as the wire spells it, that there are no classes of. */
    static void check(String datatype) throws Malformed {
        DataType type = DataType.ofWireName(datatype);
        if (type != null && !ClassScores.has(type)) {
            throw Malformed.invalid("class result not available for output due to unsupported type '" + type + "'");
        }
    }

    /**
     * {@code given} with classes in place of the outputs that are wanted as such: BYTES of shape [classes], or [entries,
     * classes]. Takes the references of {@code given} over, unless it throws.
     */
    InferenceResponse of(InferenceResponse given) throws Malformed {
        List<Tensor> outputs = new ArrayList<>(given.outputs().size());
        for (Tensor output : given.outputs()) {
            Integer count = wanted.get(output.name());
            outputs.add(count == null ? output : classes(output, count));
        }
        for (int i = 0; i < outputs.size(); i++) {
            if (wanted.containsKey(outputs.get(i).name())) {
                given.outputs().get(i).data().release();
            }
        }
        return new InferenceResponse(outputs, given.origin());
    }

    private Tensor classes(Tensor output, int count) throws Malformed {
        check(output.type().name());
        Shape shape = output.shape();
        boolean inEntries = batched && shape.rank() > 0;
        long entries = inEntries ? shape.dim(0) : 1;
        long elements = (inEntries ? shape.row() : shape).elements();
        if (elements > MAX_CLASSES) {
            throw Malformed.invalid("classification output tensor too large");
        }
        int classes = (int) Math.min(count, elements);
        if (entries * classes > MAX_TEXTS) {
            throw Malformed.invalid("classification of output '" + output.name() + "' wants " + entries * classes
                    + " classes in all, of " + MAX_TEXTS + " that an answer may have");
        }
        ByteArrayOutputStream texts = new ByteArrayOutputStream();
        int entryBytes = (int) elements * output.type().elementSize();
        ByteBuffer entry = ByteBuffer.allocate(entryBytes).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < entries && classes > 0; i++) {
            output.data().copyTo(i * entryBytes, entry.clear());
            write(output, entry, classes, texts);
        }
        Shape answered = inEntries ? Shape.of(entries, classes) : Shape.of(classes);
        return new Tensor(output.name(), DataType.BYTES, answered, HeapPayload.wrap(texts.toByteArray()));
    }

    private void write(Tensor output, ByteBuffer entry, int classes, ByteArrayOutputStream texts) {
        DataType type = output.type();
        int size = type.elementSize();
        int[] best = TopElements.of(entry.capacity() / size, classes, i -> ClassScores.rank(type, entry, i * size));
        for (int index : best) {
            byte[] text =
                    (ClassScores.text(type, entry, index * size) + ":" + index).getBytes(StandardCharsets.US_ASCII);
            byte[] label = labels.of(output.name(), index);
            int length = text.length + (label.length == 0 ? 0 : 1 + label.length);
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                texts.write(length >>> shift);
            }
            texts.writeBytes(text);
            if (label.length > 0) {
                texts.write(':');
                texts.writeBytes(label);
            }
        }
    }
}
