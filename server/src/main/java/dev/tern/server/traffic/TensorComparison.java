package dev.tern.server.traffic;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Tensor;

/**
 * Compares two tensors of one shape, element by element, reading both a piece at a time. Numbers of different types are
 * compared as numbers.
 */
final class TensorComparison {
    private TensorComparison() {}

    static OutputDifference between(Tensor one, Tensor other) {
        if (!one.shape().equals(other.shape()) || kind(one) != kind(other)) {
            return OutputDifference.incomparable(one.name());
        }
        return switch (kind(one)) {
            case NUMBERS, BOOLEANS -> fixed(one, other);
            case TEXTS -> texts(one, other);
        };
    }

    private enum Kind {
        NUMBERS,
        BOOLEANS,
        TEXTS
    }

    private static Kind kind(Tensor tensor) {
        return switch (tensor.type()) {
            case BOOL -> Kind.BOOLEANS;
            case BYTES -> Kind.TEXTS;
            case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP32, FP64, BF16 -> Kind.NUMBERS;
        };
    }

    private static long elements(Tensor tensor) {
        return tensor.data().size() / tensor.type().elementSize();
    }

    private static OutputDifference fixed(Tensor one, Tensor other) {
        long elements = elements(one);
        if (elements != elements(other)) {
            return OutputDifference.incomparable(one.name());
        }
        return kind(one) == Kind.BOOLEANS ? booleans(one, other, elements) : numbers(one, other, elements);
    }

    private static OutputDifference booleans(Tensor one, Tensor other, long elements) {
        PieceReader first = new PieceReader(one.data());
        PieceReader second = new PieceReader(other.data());
        long differing = 0;
        for (long i = 0; i < elements; i++) {
            differing += first.number(DataType.BOOL) == second.number(DataType.BOOL) ? 0 : 1;
        }
        return unlike(one.name(), differing, elements, Double.NaN);
    }

    private static OutputDifference numbers(Tensor one, Tensor other, long elements) {
        PieceReader first = new PieceReader(one.data());
        PieceReader second = new PieceReader(other.data());
        boolean wide = isWide(one.type()) && one.type() == other.type();
        Ranks ranks = new Ranks(elements);
        long differing = 0;
        double sum = 0;
        double max = 0;
        for (long i = 0; i < elements; i++) {
            differing += wide && first.peekLong() != second.peekLong() ? 1 : 0;
            double mine = first.number(one.type());
            double others = second.number(other.type());
            double apart = apart(mine, others);
            sum += apart;
            max = Math.max(max, apart);
            ranks.add(mine, others);
        }
        if (!Double.isFinite(max)) {
            return OutputDifference.incomparable(one.name());
        }
        if (max == 0) {
            // Whole numbers may differ that a double cannot tell apart.
            return unlike(one.name(), differing, elements, ranks.correlation());
        }
        // A sum of finite numbers may still be none.
        return new OutputDifference(one.name(), Math.min(sum / elements, max), max, ranks.correlation());
    }

    /** Two that are no number are equal; one that is none, or infinite, is infinitely far from one that is. */
    private static double apart(double one, double other) {
        if (Double.compare(one, other) == 0 || one == other) {
            return 0;
        }
        double apart = Math.abs(one - other);
        return Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart;
    }

    private static boolean isWide(DataType type) {
        return type == DataType.INT64 || type == DataType.UINT64;
    }

    private static OutputDifference texts(Tensor one, Tensor other) {
        PieceReader first = new PieceReader(one.data());
        PieceReader second = new PieceReader(other.data());
        long elements = one.shape().elements();
        long differing = 0;
        for (long i = 0; i < elements; i++) {
            long mine = textLength(first);
            long others = textLength(second);
            if (mine < 0 || others < 0) {
                return OutputDifference.incomparable(one.name());
            }
            long firstLeft = first.left() - mine;
            long secondLeft = second.left() - others;
            differing += mine == others && first.startsLike(second, mine) ? 0 : 1;
            first.skip(first.left() - firstLeft);
            second.skip(second.left() - secondLeft);
        }
        return unlike(one.name(), differing, elements, Double.NaN);
    }

    /** Of the next text, all of which is there; else negative. */
    private static long textLength(PieceReader reader) {
        if (reader.left() < Integer.BYTES) {
            return -1;
        }
        long length = reader.unsignedInt();
        return length <= reader.left() ? length : -1;
    }

    /** By the share of elements that differ. */
    private static OutputDifference unlike(String output, long differing, long elements, double rank) {
        double share = (double) differing / Math.max(1, elements);
        return new OutputDifference(output, share, differing > 0 ? 1 : 0, rank);
    }
}
