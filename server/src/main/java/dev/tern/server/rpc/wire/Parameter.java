package dev.tern.server.rpc.wire;

/**
 * A parameter of a request or a tensor.
 *
 * @param value by the choice: Boolean, Long, String, Double, Long (unsigned); the empty text where nothing was chosen
 */
public record Parameter(Choice choice, Object value) {
    /** Without a value. */
    public static final Parameter UNSET = new Parameter(Choice.NONE, "");

    /** What the protocol lets a parameter be. */
    public enum Choice {
        NONE,
        BOOL,
        INT64,
        STRING,
        DOUBLE,
        UINT64
    }

    /** Its text; empty if it is something else. */
    public String text() {
        return choice == Choice.STRING ? (String) value : "";
    }
}
