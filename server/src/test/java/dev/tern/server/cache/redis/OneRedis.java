package dev.tern.server.cache.redis;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests on one real Redis have in common: a new one for each. */
abstract class OneRedis {
    RedisProcess redis;

    /** Which redis-server the tests are run on. */
    Path binary() {
        return RedisBinary.embedded();
    }

    @BeforeEach
    void start() throws Exception {
        redis = RedisProcess.of(binary());
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
    }
}
