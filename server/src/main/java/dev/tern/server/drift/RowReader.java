package dev.tern.server.drift;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies the features of one row of a request's tensors. What it reads and allocates is bounded, whatever their size. */
final class RowReader {
    /** Columns that lie within so many bytes are copied in one piece. */
    private static final int SPAN_BYTES = 4096;

    /** So much of a tensor of texts is read, as where one begins is only known from those before it. */
    private static final int TEXT_BYTES = 16 << 10;

    /** For the same reason, rows of texts are taken from the first ones: those within so many texts. */
    private static final int TEXTS = 256;

    private RowReader() {}

    /**
     * Copies to {@code row} what {@code wanted} says of those of {@code tensors} that are there.
     *
     * @param pick any number from 0: which row is taken, modulo the rows there are
     */
    static void read(List<Tensor> tensors, List<TensorFeatures> wanted, int pick, Row row) {
        for (int i = 0; i < wanted.size(); i++) {
            Tensor tensor = find(tensors, wanted.get(i).tensor());
            if (tensor != null) {
                read(tensor, wanted.get(i), pick, row);
            }
        }
    }

    private static @Nullable Tensor find(List<Tensor> tensors, String name) {
        for (int i = 0; i < tensors.size(); i++) {
            if (tensors.get(i).name().equals(name)) {
                return tensors.get(i);
            }
        }
        return null;
    }

    private static void read(Tensor tensor, TensorFeatures wanted, int pick, Row row) {
        long rows = tensor.shape().elements() / wanted.rowElements();
        if (rows == 0) {
            return;
        }
        if (tensor.type() == DataType.BYTES) {
            long within = Math.min(rows, Math.max(1, TEXTS / wanted.rowElements()));
            readTexts(tensor.data(), pick % within * wanted.rowElements(), wanted, row);
        } else {
            readNumbers(tensor, pick % rows * wanted.rowElements(), wanted, row);
        }
    }

    /** @param start the row's first element */
    private static void readNumbers(Tensor tensor, long start, TensorFeatures wanted, Row row) {
        int size = tensor.type().elementSize();
        int first = wanted.element(0);
        long span = (long) (wanted.element(wanted.count() - 1) - first + 1) * size;
        boolean inOnePiece = span <= SPAN_BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(inOnePiece ? (int) span : size).order(ByteOrder.LITTLE_ENDIAN);
        if (inOnePiece) {
            tensor.data().copyTo((start + first) * size, bytes);
        }
        for (int i = 0; i < wanted.count(); i++) {
            int at = inOnePiece ? (wanted.element(i) - first) * size : 0;
            if (!inOnePiece) {
                tensor.data().copyTo((start + wanted.element(i)) * size, bytes.clear());
            }
            row.set(wanted.feature(i), Numbers.at(tensor.type(), bytes, at));
        }
    }

    /** Texts that are not within what is read are left out. */
    private static void readTexts(Payload payload, long start, TensorFeatures wanted, Row row) {
        ByteBuffer bytes =
                ByteBuffer.allocate((int) Math.min(TEXT_BYTES, payload.size())).order(ByteOrder.LITTLE_ENDIAN);
        payload.copyTo(0, bytes);
        bytes.flip();
        int found = 0;
        for (long element = 0; found < wanted.count() && bytes.remaining() >= Integer.BYTES; element++) {
            long length = Integer.toUnsignedLong(bytes.getInt());
            int there = (int) Math.min(length, bytes.remaining());
            if (element == start + wanted.element(found)) {
                if (there >= Math.min(length, Texts.READ_BYTES)) {
                    row.set(wanted.feature(found), Texts.number(bytes, length));
                }
                found++;
            }
            bytes.position(bytes.position() + there);
        }
    }
}
