package dev.tern.server.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What makes the keys of answers unpredictable. Replicas that share answers share it. */
public final class CacheSecret {
    /** Fewer could be guessed. */
    public static final int MIN_BYTES = 16;

    public static final int MAX_BYTES = 4096;

    private static final String HMAC = "HmacSHA256";
    private static final int RANDOM_BYTES = 32;

    private final byte[] secret;

    private CacheSecret(byte[] secret) {
        this.secret = secret;
    }

    /** A secret of this process's own. */
    public static CacheSecret random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new CacheSecret(bytes);
    }

    /**
     * The bytes of {@code file}, without white space at its end, so that it may be written by hand.
     *
     * @throws IOException if it cannot be read, or has too few or too many bytes; the message says so without the path
     */
    public static CacheSecret read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        int length = bytes.length;
        while (length > 0 && Character.isWhitespace(bytes[length - 1])) {
            length--;
        }
        if (length < MIN_BYTES || bytes.length > MAX_BYTES) {
            throw new IOException("has " + (bytes.length > MAX_BYTES ? "more than " + MAX_BYTES : length)
                    + " bytes; must have " + MIN_BYTES + " to " + MAX_BYTES);
        }
        return new CacheSecret(Arrays.copyOf(bytes, length));
    }

    /** 32 bytes that are {@code purpose}'s own: they tell nothing of the secret or of another purpose's. */
    public byte[] derive(String purpose) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret, HMAC));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }
}
