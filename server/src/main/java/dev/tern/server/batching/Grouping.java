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
    private final Joining joining;
    private final Buckets buckets;
    private final boolean known;
    private final GroupKey.Recent recent = new GroupKey.Recent();

    private Grouping(List<Question> questions, Joining joining, Buckets buckets, boolean known) {
        this.questions = questions;
        this.joining = joining;
        this.buckets = buckets;
        this.known = known;
    }

    /** For requests of a model of which nothing is known: names and shapes must agree in everything but the rows. */
    public static Grouping exact() {
        return new Grouping(List.of(), Joining.EXACT, new Buckets(0), false);
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
        return new Grouping(List.copyOf(questions), joining, new Buckets(perLength(maxPaddingWaste, joining)), true);
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
        if (!known) {
            return GroupKey.exact(request.inputs());
        }
        return questions.isEmpty()
                ? ALL_ALIKE
                : recent.of(questions.size(), i -> questions.get(i).ask(request, buckets));
    }

    /**
     * How much work a row is: where inputs are padded, the elements of the largest of them over the dimensions that are
     * padded, so mostly its length; where they are ragged, their elements; else 1.
     */
    public long unitsPerRow(InferenceRequest request) {
        if (!joining.joinsLengths()) {
            return 1;
        }
        long most = 1;
        long ragged = 0;
        for (int i = 0; i < request.inputs().size(); i++) {
            Tensor input = request.inputs().get(i);
            Padding padding = joining.padded().get(input.name());
            if (padding != null) {
                most = Math.max(most, paddedElements(input.shape(), padding.axes()));
            } else if (joining.ragged().contains(input.name())) {
                ragged += input.shape().elements() / Math.max(1, input.shape().dim(0));
            }
        }
        return Math.max(most, ragged);
    }

    private static long paddedElements(Shape shape, Axes axes) {
        long elements = 1;
        for (int axis = 1; axis < shape.rank(); axis++) {
            elements *= axes.length(axis) == Axes.NONE ? 1 : shape.dim(axis);
        }
        return elements;
    }

    /**
     * Whether every row of a run costs as much as its most costly one, as rows are padded to it. Otherwise a run costs the
     * sum of its requests.
     */
    public boolean padsToLongest() {
        return !joining.padded().isEmpty();
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
            Tensor tensor = tensor(request.inputs());
            if (tensor == null || tensor.shape().rank() <= axis) {
                return LEFT_OUT;
            }
            long size = tensor.shape().dim(axis);
            return switch (kind) {
                case PRESENT -> 1;
                case SIZE -> size;
                case BUCKET -> buckets.of(size);
                // A request that contradicts itself is joined only with those that do so in the same way.
                case AGREES -> first == null || first.size(request) == size ? 0 : DISAGREES - size;
            };
        }

        private long size(InferenceRequest request) {
            Tensor tensor = tensor(request.inputs());
            return tensor == null || tensor.shape().rank() <= axis
                    ? LEFT_OUT
                    : tensor.shape().dim(axis);
        }

        private @Nullable Tensor tensor(List<Tensor> inputs) {
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
}
