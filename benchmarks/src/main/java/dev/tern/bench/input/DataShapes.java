package dev.tern.bench.input;

import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shapes of inputs whose contents are given: as the data say, else as {@code --shape} says, else as the number of
 * elements tells. Immutable.
 */
final class DataShapes {
    private final Map<String, List<Long>> given;

    private DataShapes(Map<String, List<Long>> given) {
        this.given = given;
    }

    /** @throws InputException when a shape names no input, or is drawn from a distribution */
    static DataShapes of(ModelInfo model, List<GivenShape> shapes) {
        Map<String, List<Long>> given = new HashMap<>();
        for (GivenShape each : shapes) {
            if (each.dimensions().stream().anyMatch(Dimension::isDrawn)) {
                throw new InputException("--shape %s:%s: with --data only numbers are allowed, no distribution"
                        .formatted(each.input(), each.text()));
            }
            if (model.inputs().stream().noneMatch(input -> input.name().equals(each.input()))) {
                throw new InputException(
                        "--shape %s: model '%s' has no such input".formatted(each.input(), model.name()));
            }
            given.put(
                    each.input(),
                    each.dimensions().stream()
                            .map(dimension -> Long.valueOf(dimension.toString()))
                            .toList());
        }
        return new DataShapes(given);
    }

    /**
     * The shape of so many elements of an input.
     *
     * @param said what the data say, with or without the rows in front
     * @throws IllegalArgumentException when there is none, or more than one
     */
    List<Long> of(TensorInfo input, Optional<List<Long>> said, int elements) {
        List<Long> shape = said.or(() -> Optional.ofNullable(given.get(input.name())))
                .map(each -> withRows(input, each, elements))
                .orElseGet(() -> told(input, elements));
        if (!fits(input.shape(), shape) || product(shape) != elements) {
            throw new IllegalArgumentException("%d elements of shape %s are not allowed (expected: %s)"
                    .formatted(elements, TensorInfo.dimensions(shape), input));
        }
        return shape;
    }

    private static List<Long> withRows(TensorInfo input, List<Long> shape, int elements) {
        if (!input.leadsWithRows() || shape.size() != input.shape().size() - 1) {
            return shape;
        }
        List<Long> whole = new ArrayList<>(shape);
        whole.add(0, elements / Math.max(1, product(shape)));
        return whole;
    }

    /** One row where more than the rows varies; then the one dimension that is open follows from the others. */
    private static List<Long> told(TensorInfo input, int elements) {
        List<Long> shape = new ArrayList<>(input.shape());
        if (input.leadsWithRows() && open(shape) > 1) {
            shape.set(0, 1L);
        }
        if (open(shape) > 1) {
            throw new IllegalArgumentException(
                    "its shape cannot be told from %d elements (the input is %s): give a \"shape\", or --shape"
                            .formatted(elements, input));
        }
        long others = product(shape.stream().filter(dimension -> dimension >= 0).toList());
        shape.replaceAll(dimension -> dimension < 0 ? elements / Math.max(1, others) : dimension);
        return shape;
    }

    private static long open(List<Long> shape) {
        return shape.stream().filter(dimension -> dimension < 0).count();
    }

    private static boolean fits(List<Long> declared, List<Long> shape) {
        boolean fits = declared.size() == shape.size();
        for (int i = 0; fits && i < shape.size(); i++) {
            fits = shape.get(i) >= 0 && (declared.get(i) < 0 || declared.get(i).equals(shape.get(i)));
        }
        return fits;
    }

    /** Beyond what an int holds no number of elements is right; so a wrapped product can do no harm but be refused. */
    private static long product(List<Long> shape) {
        double product = 1;
        for (long each : shape) {
            product *= each;
        }
        return (long) product;
    }
}
