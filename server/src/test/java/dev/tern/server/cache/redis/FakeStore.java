package dev.tern.server.cache.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Redis that replies when told: to the oldest command first. */
final class FakeStore implements Store {
    private final Deque<CompletableFuture<byte[]>> gets = new ArrayDeque<>();
    private final Deque<CompletableFuture<List<byte[]>>> multiGets = new ArrayDeque<>();
    private final Deque<CompletableFuture<Void>> puts = new ArrayDeque<>();
    private final List<Put> written = new ArrayList<>();
    private final Deque<CompletableFuture<Page>> scans = new ArrayDeque<>();
    private final Deque<CompletableFuture<Long>> removals = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private Runnable whenAsked = () -> {};

    /** What was to be written. */
    record Put(ByteBuffer key, ByteBuffer value, long ttlMillis) {}

    @Override
    public CompletionStage<byte[]> get(byte[] key) {
        CompletableFuture<byte[]> reply = new CompletableFuture<>();
        gets.add(reply);
        whenAsked.run();
        return reply;
    }

    @Override
    public CompletionStage<List<byte[]>> getAll(List<byte[]> keys) {
        CompletableFuture<List<byte[]>> reply = new CompletableFuture<>();
        multiGets.add(reply);
        whenAsked.run();
        return reply;
    }

    @Override
    public CompletionStage<?> put(byte[] key, byte[] value, long ttlMillis) {
        written.add(new Put(ByteBuffer.wrap(key), ByteBuffer.wrap(value), ttlMillis));
        puts.add(new CompletableFuture<>());
        return puts.getLast();
    }

    /** Some keys. */
    record Keys(List<byte[]> keys, boolean isLast, String name) implements Page {}

    @Override
    public CompletionStage<Page> scan(String pattern, int count, @Nullable Page after) {
        asked.add("scan " + pattern + " " + count + " after " + (after instanceof Keys page ? page.name() : "none"));
        scans.add(new CompletableFuture<>());
        return scans.getLast();
    }

    @Override
    public CompletionStage<Long> remove(List<byte[]> keys) {
        asked.add("remove "
                + keys.stream()
                        .map(key -> new String(key, StandardCharsets.US_ASCII))
                        .toList());
        removals.add(new CompletableFuture<>());
        return removals.getLast();
    }

    /** Commands about many keys, the oldest first. */
    List<String> commands() {
        return asked;
    }

    /** The reply to the oldest scan that has none. */
    void replyPage(String name, boolean isLast, String... keys) {
        scans.remove()
                .complete(new Keys(
                        Stream.of(keys)
                                .map(key -> key.getBytes(StandardCharsets.US_ASCII))
                                .toList(),
                        isLast,
                        name));
    }

    /** The reply to the oldest removal that has none. */
    void replyRemoved(long count) {
        removals.remove().complete(count);
    }

    void failScan(Exception error) {
        scans.remove().completeExceptionally(error);
    }

    /** What happens before who asks has anything to wait for. */
    void whenAsked(Runnable action) {
        whenAsked = action;
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
