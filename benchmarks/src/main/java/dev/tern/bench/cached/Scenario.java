package dev.tern.bench.cached;

import dev.tern.bench.figures.Figure;
import java.io.IOException;
import java.util.List;

/** Some figures that are measured together. */
interface Scenario {
    /** Its name on the command line. */
    String name();

    /** Whether it needs a redis-server. */
    default boolean needsRedis() {
        return false;
    }

    /**
     * Measures; blocks until its servers have ended.
     *
     * @throws IOException when a program cannot be started or models cannot be written
     */
    List<Figure> measure(Bench bench) throws IOException;
}
