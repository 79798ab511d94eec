package dev.tern.bench.input;

import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.Datatype;
import dev.tern.bench.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Fits inputs to a model. A leading variable dimension becomes the number of rows, other variable ones 1, unless a shape
 * was given for the input.
 */
final class InputPlan {
    private final ModelInfo model;
    private final int rows;
    private final List<NamedShape> shapes;
    private final List<NamedRange> ranges;

    private InputPlan(ModelInfo model, int rows, List<NamedShape> shapes, List<NamedRange> ranges) {
        this.model = model;
        this.rows = rows;
        this.shapes = shapes;
        this.ranges = ranges;
    }

    /**
     * Plans a model's inputs, in the model's order.
     *
     * @throws InputException when a shape or range names no input or does not fit it, or the model takes no rows
     */
    static List<InputTensor> of(ModelInfo model, int rows, List<NamedShape> shapes, List<NamedRange> ranges) {
        InputPlan plan = new InputPlan(model, rows, shapes, ranges);
        shapes.forEach(each -> plan.requireInput("--shape", each.input()));
        ranges.forEach(each -> plan.requireInput("--range", each.input()));
        plan.requireRows();
        return model.inputs().stream().map(plan::tensor).toList();
    }

    private void requireInput(String option, String name) {
        if (model.inputs().stream().noneMatch(each -> each.name().equals(name))) {
            throw new InputException(
                    "%s %s: model '%s' has no such input (it has: %s)".formatted(option, name, model.name(), names()));
        }
    }

    private void requireRows() {
        if (rows > 1 && model.inputs().stream().noneMatch(TensorInfo::leadsWithRows)) {
            throw new InputException("--rows %d: no input of model '%s' has a variable first dimension (they are: %s)"
                    .formatted(rows, model.name(), described()));
        }
    }

    private InputTensor tensor(TensorInfo input) {
        Datatype datatype = Datatype.named(input.datatype())
                .orElseThrow(() -> new InputException("input '%s' has the unknown datatype %s (known: %s)"
                        .formatted(input.name(), input.datatype(), Arrays.toString(Datatype.values()))));
        List<Long> shape = shapes.stream()
                .filter(each -> each.input().equals(input.name()))
                .reduce((first, last) -> last)
                .map(given -> fitted(input, given))
                .orElseGet(() -> filled(input));
        return new InputTensor(input.name(), datatype, shape, range(input.name(), datatype));
    }

    private List<Long> filled(TensorInfo input) {
        List<Long> shape = new ArrayList<>(input.shape());
        shape.replaceAll(dimension -> dimension < 0 ? 1 : dimension);
        if (input.leadsWithRows()) {
            shape.set(0, (long) rows);
        }
        return shape;
    }

    private List<Long> fitted(TensorInfo input, NamedShape given) {
        List<Long> shape = new ArrayList<>(given.dimensions());
        if (input.leadsWithRows() && shape.size() == input.shape().size() - 1) {
            shape.add(0, (long) rows);
        }
        if (!matches(input.shape(), shape)) {
            throw new InputException("--shape %s:%s does not fit the input, which is %s"
                    .formatted(given.input(), join(given.dimensions()), input));
        }
        if (input.leadsWithRows() && shape.get(0) != rows) {
            throw new InputException("--shape %s:%s has %d rows, --rows is %d"
                    .formatted(given.input(), join(given.dimensions()), shape.get(0), rows));
        }
        return shape;
    }

    private static boolean matches(List<Long> declared, List<Long> shape) {
        if (declared.size() != shape.size()) {
            return false;
        }
        for (int i = 0; i < shape.size(); i++) {
            if (declared.get(i) >= 0 && !declared.get(i).equals(shape.get(i))) {
                return false;
            }
        }
        return true;
    }

    private Optional<ValueRange> range(String input, Datatype datatype) {
        Optional<ValueRange> given = ranges.stream()
                .filter(each -> each.input().equals(input))
                .reduce((first, last) -> last)
                .map(NamedRange::values);
        return switch (datatype.kind()) {
            case INTEGER ->
                Optional.of(given.map(range -> integers(input, datatype, range))
                        .orElse(input.contains("mask") ? ValueRange.ONES : ValueRange.SMALL));
            case FLOAT -> Optional.of(given.orElse(ValueRange.UNIT));
            case BYTES -> given.map(range -> whole(input, range));
            case BOOL ->
                given.map(range -> {
                    throw new InputException("--range %s: a BOOL input takes no range".formatted(input));
                });
        };
    }

    private static ValueRange integers(String input, Datatype datatype, ValueRange range) {
        if (range.low() < datatype.smallest() || range.high() > datatype.largest()) {
            throw new InputException("--range %s: %s holds %d to %d"
                    .formatted(input, datatype, datatype.smallest(), datatype.largest()));
        }
        return whole(input, range);
    }

    private static ValueRange whole(String input, ValueRange range) {
        if (!range.isWhole()) {
            throw new InputException("--range %s: the input takes whole numbers".formatted(input));
        }
        return range;
    }

    private String names() {
        return model.inputs().stream().map(TensorInfo::name).collect(Collectors.joining(", "));
    }

    private String described() {
        return model.inputs().stream().map(TensorInfo::toString).collect(Collectors.joining(", "));
    }

    private static String join(List<Long> dimensions) {
        return dimensions.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
