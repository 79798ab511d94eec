package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.cache.redis.RedisSettings.Certificates;
import dev.tern.server.cache.redis.RedisSettings.Credentials;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Redis that takes nothing but TLS, wants a certificate, and knows users. */
@Timeout(120)
class RedisTlsTest {
    @TempDir
    private Path directory;

    @Test
    void whoIsTrustedAndTrustsIsServed() throws Exception {
        TlsFiles files = TlsFiles.make(directory, "127.0.0.1");
        try (RedisProcess redis = redis(files)) {
            RedisSettings settings = RedisSettings.of(address(redis))
                    .with(files.certificates())
                    .with(new Credentials("tern", "a-password"));
            try (Replica replica = new Replica(settings)) {
                replica.trafficUntilHits();
            }
        }
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsRefused() throws Exception {
        TlsFiles files = TlsFiles.make(directory, "127.0.0.1");
        assertNeverConnected(
                files,
                new Certificates(
                        Optional.empty(),
                        files.certificates().certificate(),
                        files.certificates().key()));
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() throws Exception {
        TlsFiles files = TlsFiles.make(directory, "192.0.2.1");
        assertNeverConnected(files, files.certificates());
    }

    private static void assertNeverConnected(TlsFiles files, Certificates certificates) throws Exception {
        try (RedisProcess redis = redis(files)) {
            RedisSettings settings =
                    RedisSettings.of(address(redis)).with(certificates).with(new Credentials("tern", "a-password"));
            try (LogRecords log = LogRecords.of("dev.tern");
                    Replica replica = new Replica(settings)) {
                String told = "Cannot connect to Redis at " + address(redis) + ": ";
                replica.trafficUntil(told, () -> log.texts().stream().anyMatch(text -> text.startsWith(told)));
                assertThat(replica.counts.of(L2Observer.LookUp.HIT) + replica.counts.of(L2Observer.LookUp.MISS))
                        .isZero();
            }
        }
    }

    private static RedisAddress address(RedisProcess redis) {
        return RedisAddress.parse("rediss://127.0.0.1:" + redis.port()).orElseThrow();
    }

    private static RedisProcess redis(TlsFiles files) throws Exception {
        int port = RedisProcess.freePort();
        Certificates own = files.certificates();
        return RedisProcess.of(
                RedisBinary.embedded(),
                port,
                List.of(
                        "--port",
                        "0",
                        "--tls-port",
                        Integer.toString(port),
                        "--tls-cert-file",
                        own.certificate().orElseThrow().toString(),
                        "--tls-key-file",
                        own.key().orElseThrow().toString(),
                        "--tls-ca-cert-file",
                        own.authority().orElseThrow().toString(),
                        "--user",
                        "tern",
                        "on",
                        ">a-password",
                        "~tern:*",
                        "+@all"));
    }
}
