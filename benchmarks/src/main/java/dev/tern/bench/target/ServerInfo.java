package dev.tern.bench.target;

/**
 * The server by its own account.
 *
 * @param name such as tern or triton; empty where it does not tell
 * @param version its own numbering; empty where it does not tell
 */
public record ServerInfo(String name, String version) {
    /** A server that does not tell. */
    public static final ServerInfo UNKNOWN = new ServerInfo("", "");
}
