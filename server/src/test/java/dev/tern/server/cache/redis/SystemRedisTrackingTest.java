package dev.tern.server.cache.redis;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** The same on the machine's Redis. */
@Tag("outside")
class SystemRedisTrackingTest extends TrackingTest {
    @Override
    Path binary() {
        return RedisBinary.system();
    }
}
