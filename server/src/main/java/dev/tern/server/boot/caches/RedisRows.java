package dev.tern.server.boot.caches;

import dev.tern.server.cache.Asked;
import dev.tern.server.cache.RowLevel;
import dev.tern.server.cache.redis.RedisAnswers;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.InferenceResponse;
import java.util.List;
import java.util.function.Consumer;

/** The rows of one model version in Redis: one command asks for all those of a request. */
record RedisRows(RedisAnswers answers) implements RowLevel {
    @Override
    public void getAll(List<CacheKey> keys, Call call, Consumer<List<Row>> to) {
        answers.getAll(
                keys,
                call,
                found -> to.accept(found.stream()
                        .map(each -> new Row(each.answer(), each.isMissing()))
                        .toList()));
    }

    @Override
    public void put(CacheKey key, InferenceResponse row, Asked asked) {
        answers.put(key, row, asked);
    }
}
