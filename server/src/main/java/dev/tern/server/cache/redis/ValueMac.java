package dev.tern.server.cache.redis;

import javax.crypto.Mac;

/** A keyed checksum: finds damage as any other does, and what was written by someone without the secret. Any thread. */
final class ValueMac {
    /** Bytes of a tag; the first of the 32 that the function gives. */
    static final int LENGTH = 16;

    /** So that the secret signs nothing else under the same key. */
    private static final byte[] PURPOSE = {'t', 'e', 'r', 'n', ' ', 'v', 'a', 'l', 'u', 'e', ' ', '1'};

    /** A Mac takes one thread at a time, and making one costs more than using it. */
    private final ThreadLocal<Mac> macs;

    /** @param secret what replicas that share a Redis have in common; at least one byte */
    ValueMac(byte[] secret) {
        byte[] key = Hmac.of(secret, PURPOSE);
        this.macs = ThreadLocal.withInitial(() -> Hmac.with(key));
    }

    /** Writes the tag of the first {@code length} bytes right behind them. */
    void sign(byte[] bytes, int length) {
        System.arraycopy(tag(bytes, length), 0, bytes, length, LENGTH);
    }

    /** Whether behind the first {@code length} bytes their tag stands; takes the same time wherever it differs. */
    boolean isSigned(byte[] bytes, int length) {
        byte[] tag = tag(bytes, length);
        int difference = 0;
        for (int i = 0; i < LENGTH; i++) {
            difference |= tag[i] ^ bytes[length + i];
        }
        return difference == 0;
    }

    private byte[] tag(byte[] bytes, int length) {
        Mac mac = macs.get();
        mac.update(bytes, 0, length);
        return mac.doFinal();
    }
}
