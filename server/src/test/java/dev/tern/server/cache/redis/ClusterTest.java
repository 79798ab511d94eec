package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.testing.FakeCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster of three masters. */
@Tag("outside")
@Timeout(300)
class ClusterTest {
    private static final int SLOTS = 16_384;
    private static final int NODES = 3;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final List<RedisProcess> nodes = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        for (int i = 0; i < NODES; i++) {
            nodes.add(node());
        }
        for (int i = 0; i < NODES; i++) {
            try (RawRedis raw = nodes.get(i).client()) {
                raw.call("CLUSTER", "ADDSLOTSRANGE", i * SLOTS / NODES, (i + 1) * SLOTS / NODES - 1);
                raw.call("CLUSTER", "MEET", "127.0.0.1", nodes.get(0).port(), busPort(nodes.get(0)));
            }
        }
        for (RedisProcess node : nodes) {
            await(node, "cluster_state:ok", "cluster_known_nodes:" + NODES);
        }
    }

    private static RedisProcess node() throws IOException {
        int port = RedisProcess.freePort();
        int bus = RedisProcess.freePort();
        return RedisProcess.of(
                RedisBinary.system(),
                port,
                List.of(
                        "--port",
                        Integer.toString(port),
                        "--cluster-port",
                        Integer.toString(bus),
                        "--cluster-enabled",
                        "yes",
                        "--cluster-config-file",
                        "nodes.conf",
                        "--cluster-node-timeout",
                        "2000",
                        "--cluster-require-full-coverage",
                        "no"));
    }

    private static int busPort(RedisProcess node) throws IOException {
        try (RawRedis raw = node.client()) {
            return Integer.parseInt(raw.texts("CONFIG", "GET", "cluster-port").get(1));
        }
    }

    private static void await(RedisProcess node, String... lines) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        try (RawRedis raw = node.client()) {
            String info = raw.text("CLUSTER", "INFO");
            while (!List.of(lines).stream().allMatch(info::contains)) {
                assertThat(System.nanoTime()).as(info).isLessThan(deadline);
                LockSupport.parkNanos(PAUSE_NANOS);
                info = raw.text("CLUSTER", "INFO");
            }
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (RedisProcess node : nodes) {
            node.close();
        }
    }

    @Test
    void allNodesHoldAnswersAndAnswerTogether() throws Exception {
        try (Replica replica = new Replica(address())) {
            replica.trafficUntilHits();
            for (RedisProcess node : nodes) {
                assertThat(size(node)).isPositive();
            }
            List<CacheKey> keys = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                keys.add(Replica.key(i));
            }
            CompletableFuture<List<Found>> found = new CompletableFuture<>();
            replica.answers.getAll(keys, FakeCall.patient(), found::complete);
            assertThat(found.get(30, TimeUnit.SECONDS))
                    .extracting(Found::outcome)
                    .containsOnly(L2Observer.LookUp.HIT);
        }
    }

    @Test
    void whatANodeHeldIsComputedWhileItIsAway() throws Exception {
        RedisProcess away = nodes.get(2);
        try (Replica replica = new Replica(address())) {
            replica.trafficUntilHits();
            away.kill();
            replica.trafficUntilMore("ERROR", 50);
            replica.trafficUntilHits();
            away.start();
            await(away, "cluster_state:ok");
            long size = 0;
            while (size == 0) {
                replica.trafficUntilHits();
                size = size(away);
            }
        }
    }

    @Test
    void aModelsAnswersAreClearedOnAllNodes() throws Exception {
        try (Replica replica = new Replica(address())) {
            replica.trafficUntilHits();
            replica.trafficUntil("all written", () -> replica.level.pendingWriteBytes() == 0);
            long held = 0;
            for (RedisProcess node : nodes) {
                held += size(node);
            }
            Cleared cleared = replica.answers.clear().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(cleared).isEqualTo(new Cleared(held, ""));
            for (RedisProcess node : nodes) {
                assertThat(size(node)).isZero();
            }
        }
    }

    private static long size(RedisProcess node) throws IOException {
        try (RawRedis raw = node.client()) {
            return raw.number("DBSIZE");
        }
    }

    private RedisAddress address() {
        String all = nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
        return RedisAddress.parse("redis-cluster://" + all).orElseThrow();
    }
}
