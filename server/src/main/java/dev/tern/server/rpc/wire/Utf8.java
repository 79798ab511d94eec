package dev.tern.server.rpc.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Texts on the wire; most are ASCII. */
final class Utf8 {
    private Utf8() {}

    /** The text of {@code bytes}; as protobuf has it for proto3, anything but exact UTF-8 is refused. */
    static String decode(byte[] bytes) throws WireException {
        for (byte each : bytes) {
            if (each < 0) {
                return decodeStrictly(bytes);
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String decodeStrictly(byte[] bytes) throws WireException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw WireException.notUtf8();
        }
    }

    /** Bytes that {@link #encode} writes for {@code text}. */
    static int length(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return text.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return text.length();
    }

    /** Writes {@code text}, of {@code length} bytes, to {@code dst} from {@code at} on. */
    static void encode(String text, int length, byte[] dst, int at) {
        if (length != text.length()) {
            System.arraycopy(text.getBytes(StandardCharsets.UTF_8), 0, dst, at, length);
            return;
        }
        for (int i = 0; i < length; i++) {
            dst[at + i] = (byte) text.charAt(i);
        }
    }
}
