package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * What one server process has of this: the level, the stage of one model, and a model whose right answers are known. Sends
 * requests and checks every answer.
 */
final class Replica implements AutoCloseable {
    /** Ample: where Redis is well, a slow machine must not look like a slow Redis. */
    static final Duration BUDGET = Duration.ofSeconds(20);

    private static final byte[] SECRET = "shared by all replicas".getBytes(StandardCharsets.UTF_8);
    private static final long TTL_MILLIS = 60_000;
    private static final int TOGETHER = 16;
    private static final int KEYS = 200;
    private static final int VALUES = 50;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    final Counts counts = new Counts();
    final RedisLevel level;
    final RedisStage stage;
    final RedisAnswers answers;
    private final RealTimer timer = new RealTimer();
    private final ExecutorService model = Executors.newSingleThreadExecutor();
    private final AtomicLong runs = new AtomicLong();
    private final AtomicLong slowest = new AtomicLong();
    private int next;

    Replica(RedisAddress address) {
        this(RedisSettings.of(address), SECRET, BUDGET);
    }

    Replica(RedisSettings settings) {
        this(settings, SECRET, BUDGET);
    }

    Replica(RedisSettings settings, byte[] secret, Duration budget) {
        this.level = new RedisLevel(settings, secret, timer, Threads::named);
        this.answers = level.answers(new ModelTimes(budget.toNanos(), TTL_MILLIS), counts);
        this.stage = new RedisStage(answers, request -> false, this::run);
    }

    /** Another thread computes the answer, as a runner would. */
    private void run(InferenceRequest request, Reply reply) {
        long sent = Long.parseLong(request.id());
        slowest.accumulateAndGet(timer.nanoTime() - sent, Math::max);
        model.execute(() -> {
            runs.incrementAndGet();
            reply.succeed(answerTo(Objects.requireNonNull(request.key())));
        });
    }

    /** The right answer to the request with {@code key}. */
    static InferenceResponse answerTo(CacheKey key) {
        Random random = new Random(key.low());
        float[] values = new float[VALUES];
        for (int i = 0; i < VALUES; i++) {
            values[i] = random.nextFloat();
        }
        return new InferenceResponse(List.of(Tensors.floats("y", Shape.of(1, VALUES), values)));
    }

    static CacheKey key(int number) {
        return new CacheKey(0x7465726EL, number);
    }

    /** Where the answer to request {@code number} stands in Redis. */
    static byte[] redisKey(int number) {
        return new RedisKeys("tern:").write(key(number));
    }

    /** Runs of the model so far. */
    long runs() {
        return runs.get();
    }

    /** The longest that a request took from its arrival to the model. */
    long slowestNanos() {
        return slowest.get();
    }

    /** The same stage for requests that want the model's own answer. */
    RedisStage refreshing() {
        return new RedisStage(
                answers,
                request -> true,
                (request, reply) ->
                        model.execute(() -> reply.succeed(answerTo(Objects.requireNonNull(request.key())))));
    }

    RecordingReply send(CacheKey key) {
        RecordingReply reply = new RecordingReply();
        String now = Long.toString(timer.nanoTime());
        stage.predict(new InferenceRequest("m", now, List.of(), List.of(), Map.of(), FakeCall.patient(), key), reply);
        return reply;
    }

    /** Sends request {@code number} and insists on the right answer. */
    void ask(int number) throws InterruptedException {
        check(key(number), send(key(number)));
    }

    private static void check(CacheKey key, RecordingReply reply) throws InterruptedException {
        float[] given = Tensors.floats(reply.await().outputs().get(0));
        assertThat(given).isEqualTo(Tensors.floats(answerTo(key).outputs().get(0)));
    }

    /** Sends requests, several at a time, until {@code done}; insists on the right answer to each. */
    void trafficUntil(String what, BooleanSupplier done) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within a minute: " + what + "; " + counts);
            }
            List<CacheKey> keys = new ArrayList<>();
            List<RecordingReply> replies = new ArrayList<>();
            for (int i = 0; i < TOGETHER; i++) {
                keys.add(key(next++ % KEYS));
                replies.add(send(keys.get(i)));
            }
            for (int i = 0; i < TOGETHER; i++) {
                check(keys.get(i), replies.get(i));
            }
        }
    }

    /** Traffic until {@code more} of what is counted under {@code name} have come. */
    void trafficUntilMore(String name, int more) throws InterruptedException {
        long before = counts.of(name);
        trafficUntil(more + " more of " + name, () -> counts.of(name) >= before + more);
    }

    /** Traffic until Redis has answered a good deal. */
    void trafficUntilHits() throws InterruptedException {
        trafficUntilMore("HIT", 2 * KEYS);
    }

    @Override
    public void close() {
        level.close();
        model.shutdownNow();
        timer.close();
    }
}
