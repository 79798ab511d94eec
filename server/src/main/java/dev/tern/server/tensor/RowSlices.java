package dev.tern.server.tensor;

import java.nio.ByteBuffer;

/** A tensor cut along its first dimension into slices of equally many rows, the last of what is left; nothing is copied. */
public final class RowSlices {
    private final Tensor tensor;
    private final long rows;
    private final long rowsPerSlice;
    private final Shape shape;
    /** Where each slice begins in the payload, and where the last one ends. */
    private final long[] offsets;

    private RowSlices(Tensor tensor, long rows, long rowsPerSlice, long[] offsets) {
        this.tensor = tensor;
        this.rows = rows;
        this.rowsPerSlice = rowsPerSlice;
        this.shape = tensor.shape().withRows(rowsPerSlice);
        this.offsets = offsets;
    }

    /**
     * Cuts {@code tensor}, of one row or more, into slices of {@code rowsPerSlice} rows.
     *
     * @throws IllegalArgumentException if the payload is shorter than the shape says
     */
    public static RowSlices of(Tensor tensor, int rowsPerSlice) {
        long rows = tensor.shape().dim(0);
        int count = Math.toIntExact((rows + rowsPerSlice - 1) / rowsPerSlice);
        long rowElements = tensor.shape().row().elements();
        long[] offsets = tensor.type().hasFixedSize()
                ? fixed(rowElements * tensor.type().elementSize(), rows, rowsPerSlice, count)
                : scanned(new ElementScan(tensor.data()), rowElements, rows, rowsPerSlice, count);
        if (offsets[count] > tensor.data().size()) {
            throw new IllegalArgumentException("payload of " + tensor.data().size() + " bytes is shorter than shape "
                    + tensor.shape() + " of " + tensor.type());
        }
        return new RowSlices(tensor, rows, rowsPerSlice, offsets);
    }

    private static long[] fixed(long rowBytes, long rows, long rowsPerSlice, int count) {
        long[] offsets = new long[count + 1];
        for (int i = 1; i <= count; i++) {
            offsets[i] = rowBytes * Math.min(rows, i * rowsPerSlice);
        }
        return offsets;
    }

    private static long[] scanned(ElementScan scan, long rowElements, long rows, long rowsPerSlice, int count) {
        long[] offsets = new long[count + 1];
        for (int i = 1; i <= count; i++) {
            offsets[i] = scan.skip(rowElements * rowsIn(i - 1, rows, rowsPerSlice));
        }
        return offsets;
    }

    private static long rowsIn(int slice, long rows, long rowsPerSlice) {
        return Math.min(rowsPerSlice, rows - slice * rowsPerSlice);
    }

    /** How many slices there are. */
    public int count() {
        return offsets.length - 1;
    }

    /** The rows of the slice at {@code index}. */
    public long rows(int index) {
        return rowsIn(index, rows, rowsPerSlice);
    }

    /** The slice at {@code index}, a tensor of the same name; owns one more reference to the tensor's payload. */
    public Tensor slice(int index) {
        long itsRows = rows(index);
        Shape itsShape = itsRows == rowsPerSlice ? shape : shape.withRows(itsRows);
        long from = offsets[index];
        Tensor slice = new Tensor(
                tensor.name(),
                tensor.type(),
                itsShape,
                PayloadRange.of(tensor.data(), from, offsets[index + 1] - from));
        // Last: where there is no memory for the slice, no reference is taken.
        tensor.data().retain();
        return slice;
    }

    /** Shows {@code sink} the bytes of the slice at {@code index}, where they lie. */
    public void show(int index, ByteSink sink) {
        tensor.data().show(offsets[index], bytes(index), sink);
    }

    /** How many bytes the slice at {@code index} has. */
    public long bytes(int index) {
        return offsets[index + 1] - offsets[index];
    }

    /**
     * A tensor of the same name made of copies of the slices at {@code indexes}, in that order; on the heap. Only for
     * slices of one row.
     */
    public Tensor copyOf(int[] indexes) {
        long size = 0;
        for (int index : indexes) {
            size += bytes(index);
        }
        byte[] copies = new byte[Math.toIntExact(size)];
        int at = 0;
        for (int index : indexes) {
            int length = (int) bytes(index);
            tensor.data().copyTo(offsets[index], ByteBuffer.wrap(copies, at, length));
            at += length;
        }
        return new Tensor(
                tensor.name(), tensor.type(), tensor.shape().withRows(indexes.length), HeapPayload.wrap(copies));
    }
}
