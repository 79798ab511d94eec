package dev.tern.server.http;

/**
 * One HTTP response.
 *
 * @param status such as 200
 * @param contentType of the body, with its charset, which must be UTF-8
 */
public record Answer(int status, String contentType, String body) {
    private static final String PLAIN_TEXT = "text/plain; charset=utf-8";

    /** A short text; gets a line's end. */
    public static Answer text(int status, String line) {
        return new Answer(status, PLAIN_TEXT, line + "\n");
    }

    public static Answer empty(int status) {
        return new Answer(status, PLAIN_TEXT, "");
    }
}
