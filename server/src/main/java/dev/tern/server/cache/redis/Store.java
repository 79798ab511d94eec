package dev.tern.server.cache.redis;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Redis, as far as it is used here. Never blocks; stages complete on any thread, exceptionally if Redis cannot. */
interface Store {
    /** The value under {@code key}, or null. Something that is no string is an empty value. */
    CompletionStage<byte[]> get(byte[] key);

    /** As many values as there are keys, in their order; null where there is none. */
    CompletionStage<List<byte[]>> getAll(List<byte[]> keys);

    /** Writes a value that goes by itself after {@code ttlMillis}. */
    CompletionStage<?> put(byte[] key, byte[] value, long ttlMillis);
}
