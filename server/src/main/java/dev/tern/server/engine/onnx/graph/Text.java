package dev.tern.server.engine.onnx.graph;

import com.google.protobuf.ByteString;

/** Which strings ONNX Runtime's Java binding passes unchanged: it takes them for modified UTF-8. */
final class Text {
    private Text() {}

    /** What is wrong with {@code text}, or "" when it passes unchanged. */
    static String defect(ByteString text) {
        if (!text.isValidUtf8()) {
            return "is not valid UTF-8";
        }
        for (int i = 0; i < text.size(); i++) {
            if (text.byteAt(i) == 0) {
                return "holds a NUL character";
            }
            if ((text.byteAt(i) & 0xF8) == 0xF0) {
                return "holds a character beyond U+FFFF";
            }
        }
        return "";
    }

    /** {@code text} in quotes, cut to a length that fits a message. */
    static String quoted(ByteString text) {
        String readable = text.toStringUtf8().replace('\0', '\u2400');
        int end = readable.offsetByCodePoints(0, Math.min(40, readable.codePointCount(0, readable.length())));
        return "'" + readable.substring(0, end) + (end < readable.length() ? "…" : "") + "'";
    }
}
