package dev.tern.server.cache.redis;

/** Why something found in Redis is not an answer. */
public enum Rubbish {
    /** Too short to be one, or no string at all. */
    TRUNCATED,
    /** Not written by this program. */
    FOREIGN,
    /** Of an older or a newer format. */
    VERSION,
    /** Changed on its way, or written by someone without the secret. */
    FORGED,
    /** The answer to another request. */
    OTHER_KEY,
    /** Larger than values may be, as it stands or unpacked. */
    TOO_LARGE,
    /** Written with the secret, and yet not readable. */
    MALFORMED
}
