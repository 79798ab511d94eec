package dev.tern.server.boot.options;

import dev.tern.server.batching.Resources;
import dev.tern.server.tracing.TraceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes the records of the values, and checks what takes more than one of them to check. */
final class Resolution {
    private static final int CORES_PER_EVENT_LOOP = 4;

    /** One part in so many of the heap is for kept answers where nothing else is said. */
    private static final int CACHE_PART = 4;

    /** Where POSIX shared memory is on Linux. */
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Values values;
    private final Surroundings surroundings;

    Resolution(Values values, Surroundings surroundings) {
        this.values = values;
        this.surroundings = surroundings;
    }

    ServerOptions serverOptions() {
        return new ServerOptions(models(), network(), execution(), responseCache(), lifecycle(), logging());
    }

    private ServerOptions.Models models() {
        return new ServerOptions.Models(
                repositories(),
                values.one(Settings.DEMO),
                values.optional(Settings.MODEL_CONFIG_NAME),
                !values.one(Settings.DISABLE_AUTO_COMPLETE),
                values.one(Settings.MODEL_LOAD_THREADS),
                values.one(Settings.TRIAL_LOAD),
                values.one(Settings.TRIAL_LOAD_TIMEOUT),
                values.optional(Settings.STATE_DIR).orElseGet(surroundings::stateDirectory),
                values.one(Settings.WARM_UP).equals("none") ? Duration.ZERO : values.one(Settings.WARM_UP_BUDGET),
                new ControlResolution(values).settings());
    }

    private List<Path> repositories() {
        List<Path> repositories = values.all(Settings.MODEL_REPOSITORY);
        String origin = values.origin(Settings.MODEL_REPOSITORY);
        for (Path repository : repositories) {
            if (!Files.isDirectory(repository)) {
                throw OptionsException.of(origin, repository.toString(), "a directory that exists");
            }
        }
        if (repositories.isEmpty() && !values.one(Settings.DEMO)) {
            throw OptionsException.of(origin, "none", "at least one directory of models, or --demo");
        }
        return repositories;
    }

    private ServerOptions.Network network() {
        return new ServerOptions.Network(
                values.one(Settings.HOST),
                values.one(Settings.GRPC_PORT),
                values.one(Settings.HTTP_PORT),
                values.one(Settings.METRICS_PORT),
                values.one(Settings.ADMIN_HOST),
                values.one(Settings.ADMIN_PORT),
                values.one(Settings.MAX_MESSAGE_SIZE),
                values.one(Settings.STREAM_WINDOW),
                values.one(Settings.INFER_RESPONSE_COMPRESSION),
                values.optional(Settings.HEADER_FORWARD_PATTERN),
                values.one(Settings.ALLOW_CLIENT_SHM) ? Optional.of(SHARED_MEMORY) : Optional.empty());
    }

    private ServerOptions.Execution execution() {
        int cores = surroundings.processors();
        int loops = automatic(values.one(Settings.GRPC_EVENT_LOOPS), cores / CORES_PER_EVENT_LOOP);
        int slots = automatic(values.one(Settings.EXECUTION_SLOTS), cores - loops);
        List<Resources.Limit> limits = values.all(Settings.RATE_LIMIT_RESOURCE);
        return new ServerOptions.Execution(
                values.one(Settings.DEFAULT_MAX_BATCH_SIZE),
                loops,
                slots,
                values.one(Settings.DEFAULT_MAX_QUEUE_SIZE),
                values.one(Settings.OVERLOAD_STATUS).equals("unavailable"),
                values.one(Settings.MAX_EXECUTION_TIME),
                rateLimited(limits),
                limits,
                values.all(Settings.HOST_POLICY),
                values.one(Settings.BACKGROUND_NICENESS));
    }

    private boolean rateLimited(List<Resources.Limit> limits) {
        boolean rateLimited = values.one(Settings.RATE_LIMIT).equals("execution_count");
        if (!rateLimited && !limits.isEmpty()) {
            throw OptionsException.of(
                    values.origin(Settings.RATE_LIMIT_RESOURCE),
                    "given without a rate limit",
                    Settings.RATE_LIMIT.flag() + "=execution_count with it");
        }
        return rateLimited;
    }

    private ServerOptions.ResponseCache responseCache() {
        return new ServerOptions.ResponseCache(
                values.optional(Settings.CACHE_SIZE).orElseGet(() -> surroundings.heapBytes() / CACHE_PART),
                values.optional(Settings.CACHE_SECRET_FILE),
                new RedisResolution(values).settings());
    }

    private static int automatic(int given, int computed) {
        return given > 0 ? given : Math.max(1, computed);
    }

    private ServerOptions.Lifecycle lifecycle() {
        Duration drainDelay = values.one(Settings.DRAIN_DELAY);
        Duration exitTimeout = exitTimeout();
        if (!drainDelay.isZero() && drainDelay.compareTo(exitTimeout) >= 0) {
            throw OptionsException.of(
                    values.origin(Settings.DRAIN_DELAY),
                    ValueTypes.shown(drainDelay),
                    "less than the exit timeout, " + ValueTypes.shown(exitTimeout));
        }
        return new ServerOptions.Lifecycle(
                values.one(Settings.EXIT_ON_ERROR), values.one(Settings.STRICT_READINESS), drainDelay, exitTimeout);
    }

    private Duration exitTimeout() {
        if (values.isGiven(Settings.EXIT_TIMEOUT) && values.isGiven(Settings.EXIT_TIMEOUT_SECS)) {
            throw new OptionsException(values.origin(Settings.EXIT_TIMEOUT) + " and "
                    + values.origin(Settings.EXIT_TIMEOUT_SECS) + ": both given (expected: one of them)");
        }
        return values.optional(Settings.EXIT_TIMEOUT_SECS).orElseGet(() -> values.one(Settings.EXIT_TIMEOUT));
    }

    private ServerOptions.Logging logging() {
        List<TraceConfig> traces = values.all(Settings.TRACE_CONFIG);
        Optional<Path> file = TraceConfig.file(traces);
        TraceSettings settings = TraceConfig.settings(traces);
        if (!settings.levels().isEmpty() && file.isEmpty()) {
            throw new OptionsException(values.origin(Settings.TRACE_CONFIG)
                    + ": requests are to be traced, but to no file (expected: triton,file=PATH, too)");
        }
        return new ServerOptions.Logging(
                values.one(Settings.LOG_LEVEL), values.one(Settings.LOG_FORMAT), settings, file);
    }
}
