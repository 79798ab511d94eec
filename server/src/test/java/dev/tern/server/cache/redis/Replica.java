package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one server process has of this: the level, the stage of one model, and a model whose right answers are known. Sends
 * requests and checks every answer.
 */
final class Replica implements AutoCloseable {
    /** Ample: where Redis is well, a slow machine must not look like a slow Redis. */
    static final Duration BUDGET = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);
    private static final byte[] SECRET = "shared by all replicas".getBytes(StandardCharsets.UTF_8);
    private static final long TTL_MILLIS = 60_000;
    private static final int TOGETHER = 16;
    private static final int KEYS = 200;
    private static final int VALUES = 50;
    private static final String MODEL = "m";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    final Counts counts = new Counts();
    final RedisLevel level;
    final RedisStage stage;
    final RedisAnswers answers;
    private final RealTimer timer = new RealTimer();
    private final ExecutorService model = Executors.newSingleThreadExecutor();
    private final AtomicLong runs = new AtomicLong();
    private final AtomicLong slowest = new AtomicLong();
    private final List<Long> latencies = Collections.synchronizedList(new ArrayList<>());
    private long failed;
    private long wrong;
    private int next;

    Replica(RedisAddress address) {
        this(RedisSettings.of(address));
    }

    Replica(RedisSettings settings) {
        this(settings, BUDGET);
    }

    Replica(RedisSettings settings, Duration budget) {
        this(settings, SECRET, budget, new FakeNear());
    }

    /** @param near what it keeps in memory */
    Replica(RedisSettings settings, byte[] secret, Duration budget, NearAnswers near) {
        this.level = new RedisLevel(settings, secret, timer, InstantSource.system(), Threads::named);
        ModelTimes times = new ModelTimes(budget.toNanos(), TTL_MILLIS, Long.MAX_VALUE);
        this.answers = level.answers(MODEL, times, near, counts);
        this.stage = new RedisStage(answers, request -> false, this::run);
    }

    /** One that has another secret than the others. */
    static Replica stranger(RedisSettings settings) {
        return new Replica(settings, new byte[] {1}, BUDGET, new FakeNear());
    }

    /** One that has memory of its own. */
    static Replica keeping(RedisSettings settings, NearAnswers near) {
        return new Replica(settings, SECRET, BUDGET, near);
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
        RedisKeys keys = new RedisKeys("tern:", SECRET);
        return keys.of(keys.tag(MODEL)).write(key(number));
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
        return send(stage, key);
    }

    /** Sends a request to what stands before or beside the stage. */
    RecordingReply send(Predictor to, CacheKey key) {
        RecordingReply reply = new RecordingReply();
        long start = timer.nanoTime();
        InferenceRequest request = new InferenceRequest(
                MODEL, Long.toString(start), List.of(), List.of(), Map.of(), FakeCall.patient(), key);
        to.predict(request, new Reply() {
            @Override
            public void succeed(InferenceResponse response) {
                latencies.add(timer.nanoTime() - start);
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

    /** Sends request {@code number} and insists on the right answer. */
    void ask(int number) throws InterruptedException {
        ask(stage, number);
    }

    /** As {@link #ask(int)}, of what stands before or beside the stage. */
    void ask(Predictor to, int number) throws InterruptedException {
        check(key(number), send(to, key(number)));
        assertAllRight();
    }

    private void check(CacheKey key, RecordingReply reply) throws InterruptedException {
        if (reply.await().failed()) {
            failed++;
            return;
        }
        float[] given = Tensors.floats(reply.outputs().get(0));
        if (!Arrays.equals(given, Tensors.floats(answerTo(key).outputs().get(0)))) {
            wrong++;
        }
    }

    /** Of all that was asked so far. */
    void assertAllRight() {
        assertThat(failed).as("failed").isZero();
        assertThat(wrong).as("wrong").isZero();
        assertThat(latencies).as("answered").isNotEmpty();
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
            assertAllRight();
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
        answers.close();
        level.close();
        model.shutdownNow();
        timer.close();
        tellLatency();
    }

    /** For people: on a shared machine it says too little to be insisted on. */
    private void tellLatency() {
        List<Long> sorted = latencies.stream().sorted().toList();
        if (!sorted.isEmpty()) {
            LOG.info("{} requests, p99 {} µs", sorted.size(), sorted.get(sorted.size() * 99 / 100) / 1_000);
        }
    }
}
