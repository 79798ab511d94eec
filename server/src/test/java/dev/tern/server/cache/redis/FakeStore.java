package dev.tern.server.cache.redis;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A Redis that replies when told: to the oldest command first. */
final class FakeStore implements Store {
    private final Deque<CompletableFuture<byte[]>> gets = new ArrayDeque<>();
    private final Deque<CompletableFuture<List<byte[]>>> multiGets = new ArrayDeque<>();
    private final Deque<CompletableFuture<Void>> puts = new ArrayDeque<>();
    private final List<Put> written = new ArrayList<>();

    /** What was to be written. */
    record Put(ByteBuffer key, ByteBuffer value, long ttlMillis) {}

    @Override
    public CompletionStage<byte[]> get(byte[] key) {
        gets.add(new CompletableFuture<>());
        return gets.getLast();
    }

    @Override
    public CompletionStage<List<byte[]>> getAll(List<byte[]> keys) {
        multiGets.add(new CompletableFuture<>());
        return multiGets.getLast();
    }

    @Override
    public CompletionStage<?> put(byte[] key, byte[] value, long ttlMillis) {
        written.add(new Put(ByteBuffer.wrap(key), ByteBuffer.wrap(value), ttlMillis));
        puts.add(new CompletableFuture<>());
        return puts.getLast();
    }

    /** Look-ups that have no reply. */
    int asked() {
        return gets.size() + multiGets.size();
    }

    /** The reply to the oldest look-up that has none; null for no value. */
    void reply(byte @Nullable [] value) {
        gets.remove().complete(value);
    }

    void replyAll(List<byte[]> values) {
        multiGets.remove().complete(values);
    }

    void replyError() {
        gets.remove().completeExceptionally(new IllegalStateException("ERR of the test"));
    }

    List<Put> written() {
        return written;
    }

    void acknowledge() {
        puts.remove().complete(null);
    }

    void refuse() {
        puts.remove().completeExceptionally(new IllegalStateException("OOM of the test"));
    }
}
