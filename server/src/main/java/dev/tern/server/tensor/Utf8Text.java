package dev.tern.server.tensor;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Text as ONNX Runtime's Java binding can carry it. The binding passes strings as modified UTF-8, so bytes that are not
 * UTF-8, characters beyond the basic plane and NUL would reach a model as something else, without an error.
 */
public final class Utf8Text {
    private Utf8Text() {}

    /** The text of {@code element}, or null if it cannot be carried exactly. */
    public static @Nullable String decode(ByteBuffer element) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(element.duplicate())
                    .toString();
            return isCarriedExactly(text) ? text : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Whether {@code text} has neither a character beyond U+FFFF nor NUL. */
    public static boolean isCarriedExactly(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
