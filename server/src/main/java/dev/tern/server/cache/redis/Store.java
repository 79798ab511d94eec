package dev.tern.server.cache.redis;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Redis, as far as it is used here. Never blocks; stages complete on any thread, exceptionally if Redis cannot. */
interface Store {
    /** The value under {@code key}, or null. Something that is no string is an empty value. */
    CompletionStage<byte[]> get(byte[] key);

    /** As many values as there are keys, in their order; null where there is none. */
    CompletionStage<List<byte[]>> getAll(List<byte[]> keys);

    /** Writes a value that goes by itself after {@code ttlMillis}. */
    CompletionStage<?> put(byte[] key, byte[] value, long ttlMillis);

    /** A part of the keys that there are; may have none without being the last. */
    interface Page {
        List<byte[]> keys();

        boolean isLast();
    }

    /**
     * Looks at about {@code count} keys for those that match.
     *
     * @param after the page before, of the same store and pattern; null for the first
     */
    CompletionStage<Page> scan(String pattern, int count, @Nullable Page after);

    /** Removes keys, at least one, and says how many of them there were. */
    CompletionStage<Long> remove(List<byte[]> keys);
}
