package dev.tern.server.drift;

import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.TensorSpec;
import java.util.TreeSet;

/** One tensor of a version, and which of its columns are to be monitored. Used by one thread. */
final class Wanted {
    private final TensorSpec spec;
    private final TreeSet<Integer> columns = new TreeSet<>();
    private boolean whole;

    Wanted(TensorSpec spec) {
        this.spec = spec;
    }

    String tensor() {
        return spec.name();
    }

    TensorSpec spec() {
        return spec;
    }

    /**
     * How many elements a row has; 1 where rows differ in shape, so that an element's place says nothing of what it is, and
     * any element stands for all.
     */
    int rowElements() {
        Shape shape = spec.shape();
        if (shape.isFixed()) {
            return elements(shape);
        }
        boolean rowsAlike = shape.dim(0) == Shape.VARIABLE && shape.row().isFixed();
        return rowsAlike ? elements(shape.row()) : 1;
    }

    private static int elements(Shape shape) {
        return (int) Math.min(Integer.MAX_VALUE, shape.elements());
    }

    void addAll() {
        whole = true;
    }

    void add(int column) {
        columns.add(column);
    }

    /** How many columns are wanted. */
    int count() {
        return whole ? rowElements() : columns.size();
    }

    /** So many of the columns that are wanted, evenly spread over them, in order. */
    int[] spread(int places) {
        int[] spread = new int[places];
        Integer[] listed = columns.toArray(new Integer[0]);
        for (int i = 0; i < places; i++) {
            int at = (int) ((long) i * count() / places);
            spread[i] = whole ? at : listed[at];
        }
        return spread;
    }

    /** What a column's feature is called. */
    String name(int column) {
        return rowElements() == 1 ? tensor() : tensor() + "[" + column + "]";
    }
}
