package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody writes lines of their own into the log. */
class LogTextTest {
    @Test
    void ordinaryTextIsKept() {
        String text = "r-17 \u00fcber/\u4e2d\u6587 'x' \uD83D\uDE00";
        assertThat(LogText.of(text)).isEqualTo(text);
    }

    /** Line ends of every kind, terminal escapes, a delete, a turn of the writing direction. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n", "\r", "\t", "\0", "\u000b", "\f", "\u001b", "\u007f", "\u0085", "\u009b", "\u2028", "\u2029",
                "\u202e", "\uD83D"
            })
    void whatIsNoTextIsShownAsAMark(String character) {
        assertThat(LogText.of("a" + character + "b")).isEqualTo("a?b");
    }

    @Test
    void longTextIsCutOnce() {
        assertThat(LogText.of("x".repeat(200))).isEqualTo("x".repeat(200));
        assertThat(LogText.of("x".repeat(100_000))).isEqualTo("x".repeat(200) + "...");
        assertThat(LogText.of("x".repeat(199) + "\uD83D\uDE00")).isEqualTo("x".repeat(199) + "?...");
    }
}
