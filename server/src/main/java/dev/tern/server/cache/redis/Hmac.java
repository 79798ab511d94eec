package dev.tern.server.cache.redis;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256. */
final class Hmac {
    private static final String ALGORITHM = "HmacSHA256";

    private Hmac() {}

    /** The 32 bytes for {@code message}. */
    static byte[] of(byte[] key, byte[] message) {
        return with(key).doFinal(message);
    }

    /** One that takes a thread at a time. */
    static Mac with(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw noHmac(e);
        }
    }

    private static IllegalStateException noHmac(GeneralSecurityException cause) {
        return new IllegalStateException("every Java platform has " + ALGORITHM, cause);
    }
}
