package dev.tern.server.cache;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.testing.Tensors;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A level that replies when the test lets it, in the order it was asked in. */
final class FarRows implements RowLevel {
    private final Map<CacheKey, InferenceResponse> rows = new HashMap<>();
    private final Deque<Runnable> replies = new ArrayDeque<>();
    private boolean well = true;
    private long ageNanos;
    private int commands;

    @Override
    public void getAll(List<CacheKey> keys, Call call, Consumer<List<Row>> to) {
        commands++;
        replies.add(() -> to.accept(keys.stream()
                .map(key -> well ? new Row(rows.get(key), !rows.containsKey(key)) : new Row(null, false))
                .toList()));
    }

    @Override
    public void put(CacheKey key, InferenceResponse row, Asked asked) {
        rows.put(
                key,
                new InferenceResponse(row.outputs().stream().map(Tensors::copy).toList(), Origin.L2, null, ageNanos));
    }

    /** What is put from now on is so old when it is found. */
    void age(long nanos) {
        ageNanos = nanos;
    }

    boolean reply() {
        Runnable next = replies.poll();
        if (next != null) {
            next.run();
        }
        return next != null;
    }

    void isWell(boolean now) {
        well = now;
    }

    int commands() {
        return commands;
    }

    int size() {
        return rows.size();
    }
}
