package dev.tern.server.batching;

import dev.tern.server.engine.Joining;
import dev.tern.server.engine.Joining.Axes;
import dev.tern.server.engine.Joining.Padding;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells which requests may share a run, and how much work a row of each is.
 *
 * <p>Requests with equal keys bring the same inputs; their shapes agree but for the rows, the elements of ragged inputs,
 * and padded dimensions, which lie in the same bucket. Any thread. Keys seen lately are given again, so that nothing is
 * allocated for them.
 */
public final class Grouping {
    private static final Object ALL_ALIKE = "all alike";

    private final List<Question> questions;
    private final List<Extent> extents;
    private final boolean pads;
    private final Buckets buckets;
    private final GroupKey.Recent recent = new GroupKey.Recent();

    private Grouping(List<Question> questions, List<Extent> extents, boolean pads, Buckets buckets) {
        this.questions = List.copyOf(questions);
        this.extents = List.copyOf(extents);
        this.pads = pads;
        this.buckets = buckets;
    }

    /**
     * For requests that were checked against {@code inputs}: only what that leaves open is looked at.
     *
     * @param inputs the model's, the batch dimension first
     * @param joining in what requests that share a run may differ
     * @param maxPaddingWaste how much of a row may be padding, as a share of the padded row; at least 0, less than 1
     */
    public static Grouping of(List<TensorSpec> inputs, Joining joining, double maxPaddingWaste) {
        List<Question> questions = new ArrayList<>();
        Map<Integer, Question> firstOfLength = new HashMap<>();
        for (int input = 0; input < inputs.size(); input++) {
            TensorSpec spec = inputs.get(input);
            int before = questions.size();
            for (int axis = 1; axis < spec.shape().rank(); axis++) {
                if (spec.shape().dim(axis) == Shape.VARIABLE
                        && !joining.ragged().contains(spec.name())) {
                    questions.add(question(spec.name(), input, axis, joining, firstOfLength));
                }
            }
            if (spec.optional() && questions.size() == before) {
                questions.add(new Question(spec.name(), input, 0, Question.Kind.PRESENT, null));
            }
        }
        return new Grouping(
                questions,
                extents(inputs, joining),
                !joining.padded().isEmpty(),
                new Buckets(perLength(maxPaddingWaste, joining)));
    }

    private static Question question(
            String name, int input, int axis, Joining joining, Map<Integer, Question> firstOfLength) {
        Padding padding = joining.padded().get(name);
        int length = padding == null ? Axes.NONE : padding.axes().length(axis);
        if (length == Axes.NONE) {
            return new Question(name, input, axis, Question.Kind.SIZE, null);
        }
        Question first = firstOfLength.get(length);
        if (first != null) {
            return new Question(name, input, axis, Question.Kind.AGREES, first);
        }
        Question question = new Question(name, input, axis, Question.Kind.BUCKET, null);
        firstOfLength.put(length, question);
        return question;
    }

    /** What a row's work is counted by; inputs of the same lengths, as ids and their mask, are counted once. */
    private static List<Extent> extents(List<TensorSpec> inputs, Joining joining) {
        Map<List<Integer>, Extent> byLengths = new LinkedHashMap<>();
        for (int input = 0; input < inputs.size(); input++) {
            String name = inputs.get(input).name();
            Padding padding = joining.padded().get(name);
            if (padding != null) {
                List<Integer> axes = new ArrayList<>();
                for (int axis = 1; axis < inputs.get(input).shape().rank(); axis++) {
                    if (padding.axes().length(axis) != Axes.NONE) {
                        axes.add(axis);
                    }
                }
                List<Integer> lengths =
                        axes.stream().map(padding.axes()::length).sorted().toList();
                // An input that may be left out tells nothing where it is.
                if (!byLengths.containsKey(lengths) || !inputs.get(input).optional()) {
                    byLengths.put(lengths, new Extent(name, input, List.copyOf(axes)));
                }
            }
        }
        List<Extent> extents = new ArrayList<>(byLengths.values());
        for (int input = 0; input < inputs.size(); input++) {
            if (joining.ragged().contains(inputs.get(input).name())) {
                extents.add(new Extent(inputs.get(input).name(), input, List.of()));
            }
        }
        return extents;
    }

    /** What each length may waste, so that a tensor that is padded in several dimensions does not waste more. */
    private static double perLength(double waste, Joining joining) {
        long most = joining.padded().values().stream()
                .mapToLong(padding -> padding.axes().lengths().stream()
                        .filter(length -> length != Axes.NONE)
                        .count())
                .max()
                .orElse(1);
        return 1 - Math.pow(1 - waste, 1.0 / Math.max(1, most));
    }

    /** Requests with equal keys may share a run. */
    public Object key(InferenceRequest request) {
        if (questions.isEmpty()) {
            return ALL_ALIKE;
        }
        long[] answers = new long[questions.size()];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = questions.get(i).ask(request, buckets);
        }
        return recent.of(answers);
    }

    /**
     * How much work a row is: where inputs are padded, the elements of the largest of them over the dimensions that are
     * padded, so mostly its length; where they are ragged, the elements of the largest; at least 1.
     */
    public long unitsPerRow(List<Tensor> inputs) {
        long most = 1;
        for (int i = 0; i < extents.size(); i++) {
            most = Math.max(most, extents.get(i).perRow(inputs));
        }
        return most;
    }

    /** Whether requests of different lengths may share a run. */
    public boolean joinsLengths() {
        return !extents.isEmpty();
    }

    /**
     * Whether every row of a run costs as much as its most costly one, as rows are padded to it. Otherwise a run costs the
     * sum of its requests.
     */
    public boolean padsToLongest() {
        return pads;
    }

    /**
     * What a request's key depends on in one dimension of one input.
     *
     * @param index where the input stands unless others were left out
     * @param first for {@link Kind#AGREES}: what was asked of the first input with this length
     */
    private record Question(
            String input,
            int index,
            int axis,
            Kind kind,
            @Nullable Question first) {
        private static final long LEFT_OUT = -1;
        private static final long DISAGREES = -2;

        enum Kind {
            PRESENT,
            SIZE,
            BUCKET,
            AGREES
        }

        long ask(InferenceRequest request, Buckets buckets) {
            long size = size(request);
            if (size == LEFT_OUT) {
                return LEFT_OUT;
            }
            return switch (kind) {
                case PRESENT -> 0;
                case SIZE -> size;
                case BUCKET -> buckets.of(size);
                case AGREES -> agrees(size, first == null ? size : first.size(request), buckets);
            };
        }

        /** A request that contradicts itself is joined only with those that do so in the same way. */
        private static long agrees(long size, long other, Buckets buckets) {
            if (other == LEFT_OUT) {
                return buckets.of(size);
            }
            return other == size ? 0 : DISAGREES - size;
        }

        private long size(InferenceRequest request) {
            Tensor tensor = find(request.inputs(), index, input);
            if (tensor == null) {
                return LEFT_OUT;
            }
            return axis < tensor.shape().rank() ? tensor.shape().dim(axis) : 0;
        }
    }

    /**
     * The elements in a row of one input.
     *
     * @param axes the dimensions that count; empty for all
     */
    private record Extent(String input, int index, List<Integer> axes) {
        long perRow(List<Tensor> inputs) {
            Tensor tensor = find(inputs, index, input);
            // Dimensions of a tensor without elements may be of any size: they cost nothing.
            if (tensor == null || tensor.shape().rank() == 0 || tensor.shape().elements() == 0) {
                return 0;
            }
            if (axes.isEmpty()) {
                return tensor.shape().elements() / Math.max(1, tensor.shape().dim(0));
            }
            long elements = 1;
            for (int i = 0; i < axes.size(); i++) {
                elements *= tensor.shape().dim(axes.get(i));
            }
            return elements;
        }
    }

    /** @param index where the input stands unless others were left out */
    private static @Nullable Tensor find(List<Tensor> inputs, int index, String input) {
        if (index < inputs.size() && inputs.get(index).name().equals(input)) {
            return inputs.get(index);
        }
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i).name().equals(input)) {
                return inputs.get(i);
            }
        }
        return null;
    }
}
