package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.RecordingReply;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An event loop whose request waits for Redis serves its other requests meanwhile. */
@Timeout(120)
class HeldReplyTest {
    private static final Duration LONGER_THAN_THE_TEST = Duration.ofMinutes(10);
    private static final int OTHERS = 100;

    @Test
    void aHeldReplyHoldsNoEventLoop() throws Exception {
        ExecutorService loop = Executors.newSingleThreadExecutor();
        try (RedisProcess redis = RedisProcess.embedded();
                RedisProxy proxy = new RedisProxy(redis.port());
                Replica replica = new Replica(RedisSettings.of(proxy.address()), LONGER_THAN_THE_TEST)) {
            replica.trafficUntilHits();
            proxy.set(RedisProxy.Mode.HOLD);
            RecordingReply held =
                    loop.submit(() -> replica.send(Replica.key(1))).get(30, TimeUnit.SECONDS);
            for (int i = 0; i < OTHERS; i++) {
                RecordingReply other = new RecordingReply();
                loop.submit(() -> replica.refreshing()
                                .predict(StageRig.request(Replica.key(2), FakeCall.patient()), other))
                        .get(30, TimeUnit.SECONDS);
                assertThat(other.await().outputs()).hasSize(1);
            }
            assertThat(held.isAnswered()).isFalse();
            proxy.set(RedisProxy.Mode.PASS);
            assertThat(held.await().outputs()).hasSize(1);
        } finally {
            loop.shutdownNow();
        }
    }
}
