package dev.tern.server.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A tensor's dimensions, outermost first; -1 stands for one that varies. Immutable. */
public final class Shape {
    /** The value of a dimension that varies. */
    public static final long VARIABLE = -1;

    private static final Shape SCALAR = new Shape(new long[0]);

    private final long[] dims;

    private Shape(long[] dims) {
        this.dims = dims;
    }

    public static Shape of(long... dims) {
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
    }

    /** The shape of {@code dims} themselves, which the caller must not change afterwards. */
    public static Shape wrap(long[] dims) {
        return dims.length == 0 ? SCALAR : new Shape(dims);
    }

    public int rank() {
        return dims.length;
    }

    public long dim(int axis) {
        return dims[axis];
    }

    public long[] toArray() {
        return dims.clone();
    }

    /** The shape of one row: without the first dimension. */
    public Shape row() {
        return new Shape(Arrays.copyOfRange(dims, 1, dims.length));
    }

    /** The shape of {@code rows} such rows: this one with a dimension put first. */
    public Shape rows(long rows) {
        long[] all = new long[dims.length + 1];
        all[0] = rows;
        System.arraycopy(dims, 0, all, 1, dims.length);
        return new Shape(all);
    }

    public boolean isFixed() {
        for (long dim : dims) {
            if (dim < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The number of elements.
     *
     * @throws ArithmeticException if a dimension varies or the product passes {@link Long#MAX_VALUE}
     */
    public long elements() {
        long product = 1;
        boolean empty = false;
        for (long dim : dims) {
            if (dim < 0) {
                throw new ArithmeticException("shape " + this + " has a variable dimension");
            }
            empty |= dim == 0;
            product = dim == 0 ? product : Math.multiplyExact(product, dim);
        }
        return empty ? 0 : product;
    }

    /** Whether {@code actual} has this rank and this shape's value in every dimension that does not vary here. */
    public boolean accepts(Shape actual) {
        if (actual.dims.length != dims.length) {
            return false;
        }
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] != VARIABLE && dims[i] != actual.dims[i]) {
                return false;
            }
        }
        return true;
    }

    /** As {@link #accepts}, of the row of {@code actual}, which has a first dimension. */
    public boolean acceptsRow(Shape actual) {
        if (actual.dims.length != dims.length + 1) {
            return false;
        }
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] != VARIABLE && dims[i] != actual.dims[i + 1]) {
                return false;
            }
        }
        return true;
    }

    /** This shape with another number of rows, its first dimension. */
    public Shape withRows(long rows) {
        long[] all = dims.clone();
        all[0] = rows;
        return new Shape(all);
    }

    /** The values that {@code actual}, which this shape accepts, has where this one varies, in order. */
    public long[] variableValues(Shape actual) {
        return IntStream.range(0, dims.length)
                .filter(i -> dims[i] == VARIABLE)
                .mapToLong(actual::dim)
                .toArray();
    }

    /** This shape with its variable dimensions, in order, set to {@code values}. */
    public Shape withVariable(long[] values) {
        long[] filled = dims.clone();
        int next = 0;
        for (int i = 0; i < filled.length; i++) {
            if (filled[i] == VARIABLE && next < values.length) {
                filled[i] = values[next++];
            }
        }
        return new Shape(filled);
    }

    /** Whether {@code other} agrees in every dimension but the first. */
    public boolean sameRow(Shape other) {
        return dims.length == other.dims.length
                && (dims.length == 0 || Arrays.equals(dims, 1, dims.length, other.dims, 1, dims.length));
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Shape shape && Arrays.equals(dims, shape.dims));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** As the wire's error messages spell it: {@code [2,4]}. */
    @Override
    public String toString() {
        return Arrays.stream(dims).mapToObj(Long::toString).collect(Collectors.joining(",", "[", "]"));
    }
}
