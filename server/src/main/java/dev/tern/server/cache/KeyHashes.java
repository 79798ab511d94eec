package dev.tern.server.cache;

/** The hash of one secret, one for each thread that makes keys; there are as many as event loops. Any thread. */
public final class KeyHashes {
    private final ThreadLocal<KeyHash> hashes;

    public KeyHashes(CacheSecret secret) {
        this.hashes = ThreadLocal.withInitial(() -> new KeyHash(secret));
    }

    KeyHash ofThisThread() {
        return hashes.get();
    }
}
