package dev.tern.server.rpc.wire;

/** Writes protobuf's wire format to an array whose size was worked out before. */
final class WireWriter {
    /** Every field of a ModelInferResponse, and of the one of a stream around it, has a tag of one byte. */
    static final int TAG_BYTES = 1;

    private static final int VARINT_BITS = 7;
    private static final int MORE = 0x80;

    private final byte[] bytes;
    private int position;

    WireWriter(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Where the next byte goes. */
    int position() {
        return position;
    }

    static int varintSize(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(value | 1);
        return (bits + VARINT_BITS - 1) / VARINT_BITS;
    }

    /** What a field of {@code length} bytes takes, with its tag and its length. */
    static long fieldSize(long length) {
        return TAG_BYTES + varintSize(length) + length;
    }

    /** What a text takes as a field; nothing if it is empty. */
    static long textSize(int length) {
        return length == 0 ? 0 : fieldSize(length);
    }

    /** What was encoded before. */
    void bytes(byte[] encoded) {
        System.arraycopy(encoded, 0, bytes, position, encoded.length);
        position += encoded.length;
    }

    void varint(long value) {
        long rest = value;
        while ((rest & -MORE) != 0) {
            bytes[position++] = (byte) ((rest & (MORE - 1)) | MORE);
            rest >>>= VARINT_BITS;
        }
        bytes[position++] = (byte) rest;
    }

    /** The begin of a field of {@code length} bytes. */
    void begin(int tag, int length) {
        bytes[position++] = (byte) tag;
        varint(length);
    }

    /** A text of {@code length} bytes as a field, unless it is empty. */
    void text(int tag, String text, int length) {
        if (length > 0) {
            begin(tag, length);
            Utf8.encode(text, length, bytes, position);
            position += length;
        }
    }

    /** A number that is not negative, in decimal, as a text field of {@code digits} bytes. */
    void decimal(int tag, long number, int digits) {
        begin(tag, digits);
        long rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            bytes[position + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        position += digits;
    }

    /** How many digits {@code number}, which is not negative, has. */
    static int digits(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }
}
