package dev.tern.server.cache.local;

import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.List;

/**
 * What a kept answer takes on the heap, in bytes: its outputs, its entry, and what is kept of its encoded form. Counted
 * for a 64-bit JVM with compressed references and class pointers, objects in steps of 8 bytes; names are the model's and
 * shared.
 */
final class Weights {
    /**
     * Of each entry: Caffeine's node (88), the map's node and its share of the table (32 + 8), the key (32), the kept
     * record (40), the response (32), the memo (16), the outputs' list (24).
     */
    static final int ENTRY = 88 + 40 + 32 + 40 + 32 + 16 + 24;

    /** Of each output: its reference, tensor (32) and payload (24). */
    static final int OUTPUT = 4 + 32 + 24;

    /** Of each shape that is not kept already: itself (16) and its dimensions' array (16). */
    static final int SHAPE = 16 + 16;

    /** An array's header. */
    private static final int ARRAY = 16;

    /** In the encoded form, each output: tags, lengths and the datatype's name. */
    private static final int ENCODED_OUTPUT = 24;

    private static final int ENCODED_DIM = 2;

    private Weights() {}

    /** What {@code outputs} would take, but for their shapes, as an entry whose payloads share one array. */
    static long of(List<Tensor> outputs) {
        long bytes = 0;
        long encoded = 0;
        for (int i = 0; i < outputs.size(); i++) {
            Tensor output = outputs.get(i);
            bytes += output.data().size();
            encoded += ENCODED_OUTPUT
                    + output.name().length()
                    + (long) ENCODED_DIM * output.shape().rank();
        }
        return ENTRY + (long) OUTPUT * outputs.size() + array(bytes) + array(encoded);
    }

    /** What those of {@code shapes} take that are not equal to the one of {@code before} in their place, and so kept with it. */
    static long ofNew(Shape[] shapes, Shape[] before) {
        long bytes = 0;
        for (int i = 0; i < shapes.length; i++) {
            boolean known = i < before.length && before[i].equals(shapes[i]);
            bytes += known ? 0 : SHAPE + (long) Long.BYTES * shapes[i].rank();
        }
        return bytes;
    }

    private static long array(long bytes) {
        return ARRAY + (bytes + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }
}
