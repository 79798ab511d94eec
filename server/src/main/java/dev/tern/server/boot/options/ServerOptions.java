package dev.tern.server.boot.options;

import dev.tern.server.batching.Resources;
import dev.tern.server.cache.redis.RedisSettings;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.rpc.CompressionLevel;
import dev.tern.server.tracing.TraceSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The server's settings, checked and complete. Built once, at start; any thread may read it. */
public record ServerOptions(
        Models models,
        Network network,
        Execution execution,
        ResponseCache responseCache,
        Lifecycle lifecycle,
        Logging logging) {

    /**
     * What is served and how it is loaded.
     *
     * @param repositories directories that exist; empty only with {@code demo}
     * @param demo whether the embedded models are served, too
     * @param configName the custom configuration preferred in each model's directory
     * @param autoComplete whether configurations are completed from the model file
     * @param loadThreads models loaded at the same time
     * @param trialLoad whether unknown models are loaded in a child process first
     * @param stateDirectory may not exist yet
     * @param warmUpBudget how long versions may be sent requests of the server's own before they are ready, all of them
     *     together; zero for not at all
     * @param control how models come and go after the start
     */
    public record Models(
            List<Path> repositories,
            boolean demo,
            Optional<String> configName,
            boolean autoComplete,
            int loadThreads,
            boolean trialLoad,
            Duration trialLoadTimeout,
            Path stateDirectory,
            Duration warmUpBudget,
            ControlSettings control) {
        /** Everything is loaded at start, and nothing after. */
        public Models(
                List<Path> repositories,
                boolean demo,
                Optional<String> configName,
                boolean autoComplete,
                int loadThreads,
                boolean trialLoad,
                Duration trialLoadTimeout,
                Path stateDirectory,
                Duration warmUpBudget) {
            this(
                    repositories,
                    demo,
                    configName,
                    autoComplete,
                    loadThreads,
                    trialLoad,
                    trialLoadTimeout,
                    stateDirectory,
                    warmUpBudget,
                    ControlSettings.NONE);
        }

        private Models allAtStart() {
            return new Models(
                    repositories,
                    demo,
                    configName,
                    autoComplete,
                    loadThreads,
                    trialLoad,
                    trialLoadTimeout,
                    stateDirectory,
                    warmUpBudget,
                    control.allAtStart());
        }
    }

    /** These settings, with every model loaded at start and none after. */
    public ServerOptions allAtStart() {
        return new ServerOptions(models.allAtStart(), network, execution, responseCache, lifecycle, logging);
    }

    /**
     * Where the server listens; port 0 is any free one.
     *
     * @param adminPort empty when there is to be none
     * @param maxMessageBytes largest gRPC message taken
     * @param streamWindow requests of a stream that are taken before their answers are written; at least 1
     * @param answerCompression of inferences
     * @param forwardedHeaders a regular expression, found in the keys of metadata that become parameters; empty for none
     * @param sharedMemory the directory of the files that clients may have read and written; empty if they may not
     */
    public record Network(
            String host,
            int grpcPort,
            int httpPort,
            int metricsPort,
            String adminHost,
            OptionalInt adminPort,
            int maxMessageBytes,
            int streamWindow,
            CompressionLevel answerCompression,
            Optional<String> forwardedHeaders,
            Optional<Path> sharedMemory) {
        /** Answers as they are, no metadata as parameters, no shared memory. */
        public Network(
                String host,
                int grpcPort,
                int httpPort,
                int metricsPort,
                String adminHost,
                OptionalInt adminPort,
                int maxMessageBytes,
                int streamWindow) {
            this(
                    host,
                    grpcPort,
                    httpPort,
                    metricsPort,
                    adminHost,
                    adminPort,
                    maxMessageBytes,
                    streamWindow,
                    CompressionLevel.NONE,
                    Optional.empty(),
                    Optional.empty());
        }
    }

    /**
     * How requests share the machine.
     *
     * @param defaultMaxBatchSize for models that do not say; 0 for no batching
     * @param grpcEventLoops at least 1
     * @param executionSlots at least 1
     * @param defaultMaxQueueSize for queue policies that set no bound; 0 for any number
     * @param overloadIsUnavailable whether too much work is answered UNAVAILABLE instead of RESOURCE_EXHAUSTED
     * @param maxExecution what a run may take where the model does not say; zero for any time
     * @param rateLimited whether the rate_limiter of instance groups counts
     * @param resourceLimits what there is for them; empty for as much as one instance needs
     * @param hostPolicies where instances run, by name; several may have one name
     * @param backgroundNiceness steps that compilers and loaders are nicer than what serves; 0 to 19
     */
    public record Execution(
            int defaultMaxBatchSize,
            int grpcEventLoops,
            int executionSlots,
            int defaultMaxQueueSize,
            boolean overloadIsUnavailable,
            Duration maxExecution,
            boolean rateLimited,
            List<Resources.Limit> resourceLimits,
            List<HostPolicy> hostPolicies,
            int backgroundNiceness) {
        /** Without rate limiter and host policies. */
        public Execution(
                int defaultMaxBatchSize,
                int grpcEventLoops,
                int executionSlots,
                int defaultMaxQueueSize,
                boolean overloadIsUnavailable,
                Duration maxExecution) {
            this(
                    defaultMaxBatchSize,
                    grpcEventLoops,
                    executionSlots,
                    defaultMaxQueueSize,
                    overloadIsUnavailable,
                    maxExecution,
                    false,
                    List.of(),
                    List.of(),
                    15);
        }
    }

    /**
     * Answers that are kept.
     *
     * @param maxBytes for those of all models; 0 for none
     * @param secretFile what makes their keys; empty for a random secret
     * @param redis where they are kept, too; empty if nowhere
     */
    public record ResponseCache(long maxBytes, Optional<Path> secretFile, Optional<RedisSettings> redis) {
        /** Without Redis. */
        public ResponseCache(long maxBytes, Optional<Path> secretFile) {
            this(maxBytes, secretFile, Optional.empty());
        }
    }

    /**
     * How the server comes and goes.
     *
     * @param drainDelay from the signal to the moment new calls are refused; less than {@code exitTimeout}, or zero
     * @param exitTimeout from the signal to the exit, at most; less than a second is a second
     */
    public record Lifecycle(boolean exitOnError, boolean strictReadiness, Duration drainDelay, Duration exitTimeout) {}

    /**
     * What the log shows.
     *
     * @param level trace, debug, info, warn or error
     * @param format text or json
     * @param traces which requests are traced until something else is said
     * @param traceFile where traces go; empty if nowhere
     */
    public record Logging(String level, String format, TraceSettings traces, Optional<Path> traceFile) {
        /** The properties that logback.xml reads: to be set before the first logger is made. */
        public Map<String, String> systemProperties() {
            return Map.of("tern.log.level", level, "tern.log.format", format);
        }
    }
}
