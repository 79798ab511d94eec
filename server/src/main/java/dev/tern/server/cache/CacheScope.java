package dev.tern.server.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Where a kept answer holds: a digest, of 256 bits, of all that decides a model's answers besides the request. Nothing of
 * it is a name or a number that another model may get later.
 */
public record CacheScope(long first, long second, long third, long fourth) {
    /** Changes whenever keys are made in another way. */
    private static final String FORMAT = "tern cache scope 1";

    /**
     * The scope of a model as it is loaded.
     *
     * @param runtime what runs the model, with its version
     * @param model digest of the model's file or files
     * @param configuration the effective one, in a form that is the same in every process
     */
    public static CacheScope of(String runtime, String model, byte[] configuration) {
        MessageDigest sha256 = sha256();
        update(sha256, FORMAT.getBytes(StandardCharsets.UTF_8));
        update(sha256, runtime.getBytes(StandardCharsets.UTF_8));
        update(sha256, model.getBytes(StandardCharsets.UTF_8));
        update(sha256, configuration);
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
        return new CacheScope(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    }

    private static void update(MessageDigest sha256, byte[] bytes) {
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(0, bytes.length));
        sha256.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
