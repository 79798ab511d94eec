package dev.tern.server.cache.redis;

import dev.tern.server.acceptance.Required;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A redis-server to run. */
final class RedisBinary {
    /** Of the embedded-redis jar, for Linux on x86-64. */
    private static final String RESOURCE = "/redis-server-6.2.6-v5-linux-amd64";

    private static final Path EMBEDDED = unpack();
    private static final Path SYSTEM = Path.of(System.getenv().getOrDefault("REDIS_SERVER", "/usr/bin/redis-server"));

    private RedisBinary() {}

    /** The one that comes with the tests: Redis 6.2. */
    static Path embedded() {
        return EMBEDDED;
    }

    /** The one of the machine: Redis 7 or newer. Skips the test if there is none, or fails it where TERN_REQUIRE has redis. */
    static Path system() {
        Required.or("redis", Files.isExecutable(SYSTEM), SYSTEM + " is not there");
        return SYSTEM;
    }

    private static Path unpack() {
        try (InputStream from = Objects.requireNonNull(RedisBinary.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            Path directory = Files.createTempDirectory("tern-redis");
            Path file = directory.resolve("redis-server");
            Files.copy(from, file);
            if (!file.toFile().setExecutable(true)) {
                throw new IOException(file + " cannot be made executable");
            }
            directory.toFile().deleteOnExit();
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
