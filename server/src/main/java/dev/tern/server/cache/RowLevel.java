package dev.tern.server.cache;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.InferenceResponse;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where rows are looked up that are not in this process's memory. Any thread; never blocks, never fails. */
public interface RowLevel {
    /** There is no such level. */
    RowLevel NONE = new RowLevel() {
        @Override
        public void getAll(List<CacheKey> keys, Call call, Consumer<List<Row>> to) {
            to.accept(keys.stream().map(key -> new Row(null, false)).toList());
        }

        @Override
        public void put(CacheKey key, InferenceResponse row, Asked asked) {}
    };

    /**
     * What there is for one row.
     *
     * @param answer in memory of its own; null for nothing
     * @param isMissing whether the level is well and has nothing: what is computed is worth writing there
     */
    record Row(@Nullable InferenceResponse answer, boolean isMissing) {}

    /** Asks for several rows at once; {@code to} is called once, with as many, in order, now or on another thread. */
    void getAll(List<CacheKey> keys, Call call, Consumer<List<Row>> to);

    /**
     * Writes a row that the model has just given, later; takes no reference of the caller's.
     *
     * @param asked how things stood with what this process keeps in memory when the model was asked
     */
    void put(CacheKey key, InferenceResponse row, Asked asked);
}
