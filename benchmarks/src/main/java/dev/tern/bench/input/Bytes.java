package dev.tern.bench.input;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;

/** Small helps with bytes and the files they are read from. */
final class Bytes {
    private Bytes() {}

    static void append(ByteString.Output contents, ByteString more) {
        try {
            more.writeTo(contents);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
    }

    /** Why a file could not be read, in words that name no class. */
    static String why(IOException failure, String expected) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file (expected: " + expected + ")";
        }
        if (failure instanceof CharacterCodingException) {
            return "it is not UTF-8 (expected: " + expected + ")";
        }
        return "it cannot be read (expected: " + expected + ")";
    }
}
