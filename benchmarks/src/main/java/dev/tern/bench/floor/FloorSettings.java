package dev.tern.bench.floor;

import dev.tern.bench.process.Launch;
import java.time.Duration;

/**
 * How the floor is measured.
 *
 * @param launch how the server is started; echo and bare runs are pinned to the same cores
 * @param eventLoops of server and echo
 * @param callers requests in flight at saturation
 * @param connections they are spread over
 * @param repeat repetitions that count, at least 1
 * @param duration how long a load is measured
 * @param settle how long it runs before
 * @param warmUp how long server and echo are loaded before anything is measured
 * @param tail how long server and echo each are loaded at half the server's capacity; zero for not at all
 */
public record FloorSettings(
        Launch launch,
        int eventLoops,
        int callers,
        int connections,
        int repeat,
        Duration duration,
        Duration settle,
        Duration warmUp,
        Duration tail) {}
