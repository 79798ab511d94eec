package dev.tern.server.traffic;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.ElementValues;
import dev.tern.server.tensor.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads a payload from its begin to its end, {@link #PIECE_BYTES} at a time: no more of it is held twice, however large it
 * is. One thread. Who reads sees to it that so much is {@link #left}.
 */
final class PieceReader {
    static final int PIECE_BYTES = 64 << 10;

    private final Payload payload;
    private final ByteBuffer piece;

    /** Where in the payload the piece ends. */
    private long end;

    PieceReader(Payload payload) {
        this.payload = payload;
        this.piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, payload.size()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(0);
    }

    /** Bytes that were not read yet. */
    long left() {
        return payload.size() - end + piece.remaining();
    }

    /** The next element, as {@link ElementValues#number}. */
    double number(DataType type) {
        double number = ElementValues.number(type, fetched(type.elementSize()), piece.position());
        skip(type.elementSize());
        return number;
    }

    /** The next eight bytes, which stay the next ones. */
    long peekLong() {
        return fetched(Long.BYTES).getLong(piece.position());
    }

    /** The next four bytes, unsigned. */
    long unsignedInt() {
        return Integer.toUnsignedLong(fetched(Integer.BYTES).getInt());
    }

    /** Whether the next {@code length} bytes are {@code other}'s next; both step over those read, which may be fewer. */
    boolean startsLike(PieceReader other, long length) {
        long rest = length;
        while (rest > 0) {
            ByteBuffer mine = fetched(1);
            ByteBuffer others = other.fetched(1);
            int count = (int) Math.min(rest, Math.min(mine.remaining(), others.remaining()));
            if (!mine.slice(mine.position(), count).equals(others.slice(others.position(), count))) {
                return false;
            }
            skip(count);
            other.skip(count);
            rest -= count;
        }
        return true;
    }

    void skip(long bytes) {
        int within = (int) Math.min(bytes, piece.remaining());
        piece.position(piece.position() + within);
        end += bytes - within;
    }

    /** The piece, of which at least so many bytes are left. */
    private ByteBuffer fetched(int bytes) {
        if (piece.remaining() < bytes) {
            long from = end - piece.remaining();
            piece.clear().limit((int) Math.min(piece.capacity(), payload.size() - from));
            payload.copyTo(from, piece);
            piece.flip();
            end = from + piece.limit();
        }
        return piece;
    }
}
