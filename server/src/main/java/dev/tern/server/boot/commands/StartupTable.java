package dev.tern.server.boot.commands;

import dev.tern.server.boot.assembly.Ports;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.boot.process.Build;
import dev.tern.server.cache.redis.RedisLevel;
import dev.tern.server.repository.ModelIndex;
import java.util.List;
import java.util.Locale;

/** What the server prints when it has tried all models. */
record StartupTable(List<ModelIndex> models, Ports ports, ServerOptions options, long millisToReady) {
    private static final double MILLIS = 1000;

    @Override
    public String toString() {
        long failed = models.stream().filter(model -> !model.allReady()).count();
        String summary = String.format(
                        Locale.ROOT,
                        "tern %s: %d of %d models ready after %.2f s; %s; threads: %d event loops, %d execution slots",
                        Build.version(),
                        models.size() - failed,
                        models.size(),
                        millisToReady / MILLIS,
                        ports.describe(),
                        options.execution().grpcEventLoops(),
                        options.execution().executionSlots())
                + (options.responseCache().redis().isPresent() ? ", " + RedisLevel.THREADS + " for Redis" : "");
        return ModelTable.of(models) + System.lineSeparator() + summary;
    }
}
