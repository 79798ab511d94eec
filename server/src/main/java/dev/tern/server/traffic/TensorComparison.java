package dev.tern.server.traffic;

import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.ElementValues;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/** Compares two tensors of one shape, element by element. Numbers of different types are compared as numbers. */
final class TensorComparison {
    /** Ranks are taken of so many elements from the begin: sorting them must not take longer than the model did. */
    static final int MOST_RANKED = 4096;

    /** A correlation of fewer says nothing. */
    static final int LEAST_RANKED = 3;

    private TensorComparison() {}

    static OutputDifference between(Tensor one, Tensor other) {
        if (!one.shape().equals(other.shape()) || kind(one) != kind(other)) {
            return OutputDifference.incomparable(one.name());
        }
        return switch (kind(one)) {
            case NUMBERS -> numbers(one, other);
            case BOOLEANS -> unlike(one.name(), booleans(one), booleans(other));
            case TEXTS -> unlike(one.name(), texts(one), texts(other));
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

    private static OutputDifference numbers(Tensor one, Tensor other) {
        double[] first = values(one);
        double[] second = values(other);
        if (first.length != second.length) {
            return OutputDifference.incomparable(one.name());
        }
        double sum = 0;
        double max = 0;
        for (int i = 0; i < first.length; i++) {
            double apart = apart(first[i], second[i]);
            sum += apart;
            max = Math.max(max, apart);
        }
        if (!Double.isFinite(max)) {
            return OutputDifference.incomparable(one.name());
        }
        if (max == 0 && isWide(one) && one.type() == other.type()) {
            // Whole numbers that a double cannot tell apart.
            return unlike(one.name(), longs(one), longs(other)).withRank(rank(first, second));
        }
        // A sum of finite numbers may still be none.
        double mean = Math.min(sum / Math.max(1, first.length), max);
        return new OutputDifference(one.name(), mean, max, rank(first, second));
    }

    /** Two that are no number are equal; one that is none, or infinite, is infinitely far from one that is. */
    private static double apart(double one, double other) {
        if (Double.compare(one, other) == 0 || one == other) {
            return 0;
        }
        double apart = Math.abs(one - other);
        return Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart;
    }

    private static boolean isWide(Tensor tensor) {
        return tensor.type() == DataType.INT64 || tensor.type() == DataType.UINT64;
    }

    private static double[] values(Tensor tensor) {
        ByteBuffer bytes = bytes(tensor);
        double[] values = new double[bytes.limit() / tensor.type().elementSize()];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    ElementValues.number(tensor.type(), bytes, i * tensor.type().elementSize());
        }
        return values;
    }

    private static ByteBuffer bytes(Tensor tensor) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(tensor.data().size())).order(ByteOrder.LITTLE_ENDIAN);
        tensor.data().copyTo(0, bytes);
        return bytes.flip();
    }

    private static List<Long> longs(Tensor tensor) {
        ByteBuffer bytes = bytes(tensor);
        Long[] longs = new Long[bytes.limit() / Long.BYTES];
        Arrays.setAll(longs, i -> bytes.getLong(i * Long.BYTES));
        return List.of(longs);
    }

    private static List<Boolean> booleans(Tensor tensor) {
        ByteBuffer bytes = bytes(tensor);
        Boolean[] booleans = new Boolean[bytes.limit()];
        Arrays.setAll(booleans, i -> bytes.get(i) != 0);
        return List.of(booleans);
    }

    private static List<ByteBuffer> texts(Tensor tensor) {
        return BytesElements.read(tensor.data(), tensor.shape().elements()).elements();
    }

    /** The share of elements that differ. */
    private static OutputDifference unlike(String output, List<?> one, List<?> other) {
        if (one.size() != other.size()) {
            return OutputDifference.incomparable(output);
        }
        int differing = 0;
        for (int i = 0; i < one.size(); i++) {
            differing += one.get(i).equals(other.get(i)) ? 0 : 1;
        }
        double share = (double) differing / Math.max(1, one.size());
        return new OutputDifference(output, share, differing > 0 ? 1 : 0, Double.NaN);
    }

    /** Spearman's; 0 where only one side is the same throughout; NaN where both are, or for too few. */
    private static double rank(double[] one, double[] other) {
        double[] first = new double[Math.min(one.length, MOST_RANKED)];
        double[] second = new double[first.length];
        int count = 0;
        for (int i = 0; i < first.length; i++) {
            if (!Double.isNaN(one[i]) && !Double.isNaN(other[i])) {
                first[count] = one[i];
                second[count++] = other[i];
            }
        }
        return count < LEAST_RANKED ? Double.NaN : rankOf(Arrays.copyOf(first, count), Arrays.copyOf(second, count));
    }

    /** One that tells values apart where the other does not has nothing of its order; the formula says 0/0. */
    private static double rankOf(double[] one, double[] other) {
        if (isConstant(one) != isConstant(other)) {
            return 0;
        }
        return new SpearmansCorrelation().correlation(one, other);
    }

    private static boolean isConstant(double[] values) {
        for (double each : values) {
            if (each != values[0]) {
                return false;
            }
        }
        return true;
    }
}
