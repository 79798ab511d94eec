package dev.tern.bench.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.process.RedisProgram;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real Redis, seen by somebody who goes the way that servers are given. */
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class FaultyRedisTest {
    private static final byte[] KEY = "key".getBytes(US_ASCII);
    private static final byte[] VALUE = "0123456789".getBytes(US_ASCII);
    private static final Duration PATIENCE = Duration.ofMillis(250);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aFaultIsFeltAndEnds(Fault fault) throws Exception {
        try (FaultyRedis redis = FaultyRedis.start(RedisProgram.in(directory), "", directory)) {
            assertThat(isWell(redis)).isTrue();
            redis.begin(fault);
            while (isWell(redis)) {
                Thread.onSpinWait();
            }
            redis.end(fault);
            assertThat(isWell(redis)).isTrue();
        }
    }

    /** Whether a value can be written and be read again as it was, for long enough to be damaged. */
    private static boolean isWell(FaultyRedis redis) {
        RedisURI address = RedisURI.create(redis.address());
        address.setTimeout(PATIENCE);
        RedisClient client = RedisClient.create(address);
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            connection.sync().set(KEY, VALUE);
            long end = System.nanoTime() + PATIENCE.toNanos() / 2;
            boolean well = true;
            while (well && System.nanoTime() - end < 0) {
                well = Arrays.equals(connection.sync().get(KEY), VALUE);
            }
            return well;
        } catch (RedisException e) {
            return false;
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }
}
