package dev.tern.server.cache.redis;

import dev.tern.server.engine.Slab;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.ManualExecutor;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The stage over a Redis, a clock, a writer and a model that all wait to be told. */
final class StageRig {
    static final long BUDGET = TimeUnit.MICROSECONDS.toNanos(2_000);
    static final long TTL_MILLIS = 10_000;
    static final long MAX_AGE_MILLIS = 8_000;
    static final CacheKey KEY = new CacheKey(1, 2);
    static final int MAX_WRITES = 3;
    static final long MAX_WRITE_BYTES = 200;

    private static final byte[] SECRET = {1};

    final FakeClock clock = new FakeClock();
    final FakeStore store = new FakeStore();
    final Counts counts = new Counts();
    final ManualExecutor writer = new ManualExecutor();
    final ValueCodec codec = new ValueCodec(SECRET, Integer.MAX_VALUE, 1_000);
    final ModelKeys keys = keys();
    final FakeNear near = new FakeNear();
    final NearLevels nearLevels = new NearLevels(writer);
    final Breaker lookUps = new Breaker("look-ups", clock, state -> {});
    final Breaker values = Breaker.ofValues(clock, state -> {});
    final Breaker writeBreaker = new Breaker("writes", clock, state -> {});
    final Writes writes = new Writes(store, codec, writeBreaker, writer, MAX_WRITES, MAX_WRITE_BYTES);
    /** The time of day, which goes with the clock. */
    final InstantSource wall = () -> Instant.ofEpochSecond(1_800_000_000).plusNanos(clock.nanoTime());

    final RedisAnswers answers = new RedisAnswers(
            new RedisSide(
                    store,
                    codec,
                    new LookUpBreakers(lookUps, values),
                    writes,
                    writer,
                    clock,
                    wall,
                    nearLevels::told,
                    ConcurrentHashMap.newKeySet()),
            new ModelSide(keys, near, counts),
            new ModelTimes(BUDGET, TTL_MILLIS, MAX_AGE_MILLIS),
            () -> {});
    final Deque<Reply> model = new ArrayDeque<>();
    final List<Origin> origins = new ArrayList<>();
    final RedisStage stage = new RedisStage(
            answers, request -> request.parameters().containsKey("refresh"), (request, reply) -> model.add(reply));

    private static ModelKeys keys() {
        RedisKeys all = new RedisKeys("tern:", SECRET);
        return all.of(all.tag("m"));
    }

    static InferenceRequest request(@Nullable CacheKey key, Call call) {
        return new InferenceRequest("m", "", List.of(), List.of(), Map.of(), call, key);
    }

    RecordingReply send(Call call) {
        return send(request(KEY, call));
    }

    RecordingReply send(InferenceRequest request) {
        RecordingReply reply = new RecordingReply();
        stage.predict(request, new Reply() {
            @Override
            public void succeed(InferenceResponse response) {
                origins.add(response.origin());
                reply.succeed(response);
            }

            @Override
            public void fail(Failure failure) {
                reply.fail(failure);
            }

            @Override
            public void failing(Failure failure) {
                reply.failing(failure);
            }
        });
        return reply;
    }

    /** The model answers the oldest request with {@code value}, from memory that counts its references. */
    void answer(float value) {
        model.remove().succeed(new InferenceResponse(List.of(counted(value))));
    }

    private static Tensor counted(float value) {
        byte[] bytes = Tensors.bytes(tensor(value));
        Slab slab = Slab.wrap(bytes);
        Tensor tensor = new Tensor("y", DataType.FP32, Shape.of(1), slab.slice(0, bytes.length));
        slab.release();
        return tensor;
    }

    static Tensor tensor(float value) {
        return Tensors.floats("y", Shape.of(1), value);
    }

    /** What stands in Redis for an answer that is made now. */
    byte[] value(CacheKey key, float value) {
        return value(key, value, wall.millis());
    }

    /** What stands in Redis for an answer. */
    byte[] value(CacheKey key, float value, long madeMillis) {
        return Objects.requireNonNull(codec.encode(key, List.of(tensor(value)), madeMillis));
    }

    static float only(RecordingReply reply) {
        return Tensors.floats(reply.outputs().get(0))[0];
    }
}
