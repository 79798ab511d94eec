package dev.tern.server.rpc.wire;

import com.google.protobuf.WireFormat;
import java.nio.ByteBuffer;

/**
 * Reads protobuf's wire format from a message's pieces. As strict as protobuf's own parser: what that refuses is refused
 * here.
 */
final class WireReader {
    /** Messages and groups within one another, as protobuf allows by default. */
    private static final int MAX_DEPTH = 100;

    private static final int TYPE_BITS = 3;
    private static final int TYPE_MASK = (1 << TYPE_BITS) - 1;
    private static final int VARINT_BITS = 7;

    private final Pieces pieces;
    private ByteBuffer piece;
    private int index;

    /** Where the piece begins and ends in the message. */
    private int pieceStart;

    private int pieceEnd;

    private int position;

    /** Where the message or run that is being read ends. */
    private int limit;

    private int depth;

    WireReader(Pieces pieces) {
        this.pieces = pieces;
        this.piece = pieces.piece(0);
        this.pieceEnd = pieces.end(0);
        this.limit = pieces.size();
    }

    static int number(int tag) {
        return tag >>> TYPE_BITS;
    }

    static int type(int tag) {
        return tag & TYPE_MASK;
    }

    /** Where the next byte is in the message. */
    int position() {
        return position;
    }

    boolean hasMore() {
        return position < limit;
    }

    /** The next field's tag; 0 at the end of the message. */
    int tag() throws WireException {
        if (position == limit) {
            return 0;
        }
        int tag = (int) varint();
        if (number(tag) == 0) {
            throw new WireException("a field has the number 0");
        }
        return tag;
    }

    long varint() throws WireException {
        byte first = next();
        return first >= 0 ? first : restOfVarint(first);
    }

    private long restOfVarint(byte first) throws WireException {
        long value = first & 0x7f;
        for (int shift = VARINT_BITS; shift < Long.SIZE; shift += VARINT_BITS) {
            byte each = next();
            value |= (long) (each & 0x7f) << shift;
            if (each >= 0) {
                return value;
            }
        }
        throw new WireException("a number has more than ten bytes");
    }

    int fixed32() throws WireException {
        int at = take(Integer.BYTES);
        if (at + Integer.BYTES <= pieceEnd) {
            return piece.getInt(at - pieceStart);
        }
        return (int) split(at, Integer.BYTES);
    }

    long fixed64() throws WireException {
        int at = take(Long.BYTES);
        if (at + Long.BYTES <= pieceEnd) {
            return piece.getLong(at - pieceStart);
        }
        return split(at, Long.BYTES);
    }

    /** A number whose bytes may be in several pieces. */
    private long split(int at, int bytes) {
        byte[] copy = new byte[bytes];
        pieces.copyTo(at, copy, 0, bytes);
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = (value << Byte.SIZE) | (copy[i] & 0xff);
        }
        return value;
    }

    /** The length that leads a text, a message or a run; no more than is left. */
    int length() throws WireException {
        int length = (int) varint();
        if (length < 0) {
            throw new WireException("a length is negative");
        }
        if (length > limit - position) {
            throw WireException.truncated();
        }
        return length;
    }

    /** Steps over {@code count} bytes; returns where they begin. */
    int take(int count) throws WireException {
        if (count > limit - position) {
            throw WireException.truncated();
        }
        int at = position;
        position += count;
        return at;
    }

    /** Reads {@code count} bytes, which the caller knows to be there. */
    byte[] bytes(int count) throws WireException {
        byte[] bytes = new byte[count];
        pieces.copyTo(take(count), bytes, 0, count);
        return bytes;
    }

    /** Fills {@code dst}. */
    void fill(ByteBuffer dst) throws WireException {
        pieces.copyTo(take(dst.remaining()), dst);
    }

    String text() throws WireException {
        int length = length();
        return length == 0 ? "" : Utf8.decode(bytes(length));
    }

    /** A text that many requests have in common. */
    String name(Names names) throws WireException {
        int length = length();
        if (length == 0) {
            return "";
        }
        if (position >= pieceEnd) {
            nextPiece();
        }
        if (length > Names.MAX_BYTES || length > pieceEnd - position) {
            return Utf8.decode(bytes(length));
        }
        int from = take(length) - pieceStart;
        return names.of(piece, from, length);
    }

    /** Enters a submessage; returns what to {@link #leave} it with. */
    int enter() throws WireException {
        descend();
        return narrow(length());
    }

    /** Leaves a submessage that was read to its end. */
    void leave(int outer) {
        depth--;
        limit = outer;
    }

    /** Has the next {@code length} bytes end the reading; returns what to {@link #widen} with when they are read. */
    int narrow(int length) {
        int outer = limit;
        limit = position + length;
        return outer;
    }

    void widen(int outer) {
        limit = outer;
    }

    /** How many numbers are in the varints up to the limit. */
    int countVarints() throws WireException {
        int from = position;
        int count = 0;
        while (position < limit) {
            count += next() >= 0 ? 1 : 0;
        }
        position = from;
        locate(from);
        return count;
    }

    /** Steps over the field of {@code tag}, which nobody here knows. */
    void skip(int tag) throws WireException {
        switch (type(tag)) {
            case WireFormat.WIRETYPE_VARINT -> varint();
            case WireFormat.WIRETYPE_FIXED64 -> take(Long.BYTES);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> take(length());
            case WireFormat.WIRETYPE_START_GROUP -> skipGroup(number(tag));
            case WireFormat.WIRETYPE_FIXED32 -> take(Integer.BYTES);
            default -> throw new WireException("a group ends that was not begun, or a field is of no known type");
        }
    }

    private void skipGroup(int number) throws WireException {
        descend();
        int end = (number << TYPE_BITS) | WireFormat.WIRETYPE_END_GROUP;
        for (int tag = tag(); tag != end; tag = tag()) {
            if (tag == 0) {
                throw WireException.truncated();
            }
            skip(tag);
        }
        depth--;
    }

    private void descend() throws WireException {
        if (depth >= MAX_DEPTH) {
            throw new WireException("messages within one another are more than " + MAX_DEPTH);
        }
        depth++;
    }

    private byte next() throws WireException {
        if (position >= limit) {
            throw WireException.truncated();
        }
        if (position >= pieceEnd) {
            nextPiece();
        }
        return piece.get(position++ - pieceStart);
    }

    /** Goes on to the piece that has the position; there is one. */
    private void nextPiece() {
        while (position >= pieceEnd) {
            index++;
            piece = pieces.piece(index);
            pieceStart = pieceEnd;
            pieceEnd = pieces.end(index);
        }
    }

    /** Goes back to the piece that has {@code target}. */
    private void locate(int target) {
        while (target < pieceStart) {
            index--;
            piece = pieces.piece(index);
            pieceEnd = pieceStart;
            pieceStart = index == 0 ? 0 : pieces.end(index - 1);
        }
    }
}
