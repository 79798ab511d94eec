package dev.tern.server.rpc.wire;

import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The fields of one message in random order; tags and lengths are now and then longer than they need be. */
final class FieldWriter {
    private static final int ONE_IN = 30;

    private final Random random;
    private final List<byte[]> fields = new ArrayList<>();

    FieldWriter(Random random) {
        this.random = random;
    }

    /** All fields, shuffled. */
    byte[] message() {
        Collections.shuffle(fields, random);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        fields.forEach(message::writeBytes);
        return message.toByteArray();
    }

    void text(int number, String text) {
        bytes(number, text.getBytes(StandardCharsets.UTF_8));
    }

    void bytes(int number, byte[] bytes) {
        ByteArrayOutputStream field = tagged(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        varint(field, bytes.length);
        field.writeBytes(bytes);
        fields.add(field.toByteArray());
    }

    void number(int number, long value) {
        ByteArrayOutputStream field = tagged(number, WireFormat.WIRETYPE_VARINT);
        varint(field, value);
        fields.add(field.toByteArray());
    }

    void fixed32(int number, int value) {
        ByteArrayOutputStream field = tagged(number, WireFormat.WIRETYPE_FIXED32);
        field.writeBytes(little(Integer.BYTES).putInt(value).array());
        fields.add(field.toByteArray());
    }

    void fixed64(int number, long value) {
        ByteArrayOutputStream field = tagged(number, WireFormat.WIRETYPE_FIXED64);
        field.writeBytes(little(Long.BYTES).putLong(value).array());
        fields.add(field.toByteArray());
    }

    /** A group around {@code inner}; ended as another one, if not {@code whole}. */
    void group(int number, byte[] inner, boolean whole) {
        ByteArrayOutputStream field = tagged(number, WireFormat.WIRETYPE_START_GROUP);
        field.writeBytes(inner);
        field.writeBytes(tagged(whole ? number : number + 1, WireFormat.WIRETYPE_END_GROUP)
                .toByteArray());
        fields.add(field.toByteArray());
    }

    /** A packed run of varints. */
    void packed(int number, long... values) {
        ByteArrayOutputStream run = new ByteArrayOutputStream();
        for (long value : values) {
            varint(run, value);
        }
        bytes(number, run.toByteArray());
    }

    static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteArrayOutputStream tagged(int number, int type) {
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        varint(field, ((long) number << 3) | type);
        return field;
    }

    private void varint(ByteArrayOutputStream out, long value) {
        int bytes = WireWriter.varintSize(value);
        byte[] shortest = new byte[bytes];
        new WireWriter(shortest).varint(value);
        int padding = random.nextInt(ONE_IN) == 0 ? random.nextInt(11 - bytes) : 0;
        if (padding > 0) {
            shortest[bytes - 1] |= (byte) 0x80;
        }
        out.writeBytes(shortest);
        for (int i = 1; i <= padding; i++) {
            out.write(i < padding ? 0x80 : 0);
        }
    }
}
