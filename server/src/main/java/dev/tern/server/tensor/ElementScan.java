package dev.tern.server.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks over the elements of a {@link DataType#BYTES} payload without reading more than their lengths: bytes are fetched
 * in small pieces, as many lengths at a time as there are in one.
 */
final class ElementScan {
    private static final int LENGTH_BYTES = 4;
    private static final int PIECE_BYTES = 4096;

    private final Payload payload;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long pieceStart;
    private long position;

    ElementScan(Payload payload) {
        this.payload = payload;
        piece.limit(0);
    }

    /**
     * Steps over {@code count} elements; returns where the next one begins.
     *
     * @throws IllegalArgumentException if the payload ends before
     */
    long skip(long count) {
        for (long i = 0; i < count; i++) {
            position += LENGTH_BYTES + length();
        }
        if (position > payload.size()) {
            throw truncated();
        }
        return position;
    }

    private long length() {
        if (position + LENGTH_BYTES > payload.size()) {
            throw truncated();
        }
        if (position + LENGTH_BYTES > pieceStart + piece.limit()) {
            pieceStart = position;
            piece.clear().limit((int) Math.min(PIECE_BYTES, payload.size() - position));
            payload.copyTo(position, piece);
        }
        return Integer.toUnsignedLong(piece.getInt((int) (position - pieceStart)));
    }

    private IllegalArgumentException truncated() {
        return new IllegalArgumentException("payload of " + payload.size() + " bytes ends within an element");
    }
}
