package dev.tern.server.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the inputs of items that differ in more than their rows become the inputs of one run, and how its outputs are cut
 * apart again. Inputs that are not named here must agree in everything but the rows.
 *
 * <p>A <em>length</em> is a size that differs from item to item and that several dimensions may have in common, such as
 * the number of tokens. Lengths are told apart by their index in {@code lengths}.
 *
 * @param lengths what each length is called in messages
 * @param padded inputs that are filled up to the longest item of the run, by name
 * @param masks inputs that a request may leave out, by name, and the input each is made from: 1 at the request's own
 *     positions, 0 at those that were filled up
 * @param ragged inputs of which the model takes all items' elements one after another, in one dimension
 * @param batchInputs inputs that describe the run, never part of a request
 * @param cuts outputs with dimensions that carry a length, by name: each item gets its own part
 * @param scattered outputs that have one element for each of a ragged input, by name, and that input
 */
public record Joining(
        List<String> lengths,
        Map<String, Padding> padded,
        Map<String, String> masks,
        Set<String> ragged,
        List<BatchInput> batchInputs,
        Map<String, Axes> cuts,
        Map<String, String> scattered) {
    /** Every input must agree in everything but the rows. */
    public static final Joining EXACT =
            new Joining(List.of(), Map.of(), Map.of(), Set.of(), List.of(), Map.of(), Map.of());

    public Joining {
        lengths = List.copyOf(lengths);
        padded = Map.copyOf(padded);
        masks = Map.copyOf(masks);
        ragged = Set.copyOf(ragged);
        batchInputs = List.copyOf(batchInputs);
        cuts = Map.copyOf(cuts);
        scattered = Map.copyOf(scattered);
    }

    /** Whether items of different lengths may share a run. */
    public boolean joinsLengths() {
        return !padded.isEmpty() || !ragged.isEmpty();
    }

    /** Whether items that share a run may differ in dimension {@code axis} of an input. */
    public boolean mayDiffer(String input, int axis) {
        Padding padding = padded.get(input);
        return axis > 0
                && (ragged.contains(input) || (padding != null && padding.axes().length(axis) != Axes.NONE));
    }

    /** The index of the length that dimension {@code axis} of an input has; 0 for a ragged one. */
    int lengthOf(String input, int axis) {
        Padding padding = padded.get(input);
        return padding == null ? 0 : Math.max(0, padding.axes().length(axis));
    }

    /** Whether nothing here differs from {@link #EXACT}. */
    public boolean isExact() {
        return !joinsLengths() && masks.isEmpty() && batchInputs.isEmpty() && scattered.isEmpty();
    }

    /**
     * Which length each dimension has, the batch dimension included.
     *
     * @param lengths by dimension the length's index; {@link #NONE} for one that all items have in common
     */
    public record Axes(List<Integer> lengths) {
        public static final int NONE = -1;

        public Axes {
            lengths = List.copyOf(lengths);
        }

        /** The index of the length that dimension {@code axis} has, or {@link #NONE}. */
        public int length(int axis) {
            return axis < lengths.size() ? lengths.get(axis) : NONE;
        }
    }

    /**
     * How one input is filled up.
     *
     * @param bits the value's bits as {@code ElementBits} has them; texts are filled up with empty ones
     */
    public record Padding(Axes axes, long bits) {}

    /**
     * A tensor that describes a run.
     *
     * @param target the model's input that takes it
     * @param source the input that it describes
     */
    public record BatchInput(String target, Kind kind, String source) {
        /** As in Triton's {@code batch_input}. */
        public enum Kind {
            /** Each item's number of elements. */
            ELEMENT_COUNT,
            /** Where each item's elements end. */
            ACCUMULATED_ELEMENT_COUNT,
            /** The same, led by 0. */
            ACCUMULATED_ELEMENT_COUNT_WITH_ZERO,
            /** No values, but as many places as the largest item has elements. */
            MAX_ELEMENT_COUNT_AS_SHAPE,
            /** For each row its dimensions. */
            ITEM_SHAPE,
            /** The same in one dimension. */
            ITEM_SHAPE_FLATTEN
        }
    }
}
