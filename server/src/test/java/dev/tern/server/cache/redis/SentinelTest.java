package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master, a replica of it and three sentinels that put the one in the other's place. */
@Tag("outside")
@Timeout(300)
class SentinelTest {
    private static final int SENTINELS = 3;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    @TempDir
    private Path directory;

    private final List<RedisProcess> all = new ArrayList<>();
    private final List<RedisProcess> sentinels = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (RedisProcess each : all) {
            each.close();
        }
    }

    @Test
    void theNewMasterIsFound() throws Exception {
        RedisProcess master = start(List.of());
        RedisProcess replica =
                start(List.of("--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0"));
        await(replica, "master_link_status:up", "INFO", "replication");
        for (int i = 0; i < SENTINELS; i++) {
            sentinels.add(sentinel(master));
        }
        for (RedisProcess sentinel : sentinels) {
            await(sentinel, "slaves=1,sentinels=" + SENTINELS, "INFO", "sentinel");
        }
        try (Replica server = new Replica(address())) {
            server.trafficUntilHits();
            master.kill();
            server.trafficUntilMore("OPEN", 1);
            server.trafficUntilHits();
            try (RawRedis raw = replica.client()) {
                assertThat(raw.texts("ROLE")).startsWith("master");
            }
        }
    }

    private RedisProcess start(List<String> arguments) throws IOException {
        int port = RedisProcess.freePort();
        List<String> complete = new ArrayList<>(List.of("--port", Integer.toString(port)));
        complete.addAll(arguments);
        RedisProcess started = RedisProcess.of(RedisBinary.system(), port, complete);
        all.add(started);
        return started;
    }

    private RedisProcess sentinel(RedisProcess master) throws IOException {
        int port = RedisProcess.freePort();
        Path file = Files.write(
                directory.resolve("sentinel-" + port + ".conf"),
                List.of(
                        "port " + port,
                        "sentinel monitor main 127.0.0.1 " + master.port() + " 2",
                        "sentinel down-after-milliseconds main 1000",
                        "sentinel failover-timeout main 5000"));
        RedisProcess started = RedisProcess.of(RedisBinary.system(), port, List.of(file.toString(), "--sentinel"));
        all.add(started);
        return started;
    }

    private static void await(RedisProcess redis, String line, Object... command) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        try (RawRedis raw = redis.client()) {
            String info = raw.text(command);
            while (!info.contains(line)) {
                assertThat(System.nanoTime()).as(info).isLessThan(deadline);
                LockSupport.parkNanos(PAUSE_NANOS);
                info = raw.text(command);
            }
        }
    }

    private RedisAddress address() {
        String addresses =
                sentinels.stream().map(each -> "127.0.0.1:" + each.port()).collect(Collectors.joining(","));
        return RedisAddress.parse("redis-sentinel://" + addresses + "#main").orElseThrow();
    }
}
