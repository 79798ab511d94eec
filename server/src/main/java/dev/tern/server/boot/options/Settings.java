package dev.tern.server.boot.options;

import static dev.tern.server.boot.options.Group.CACHE;
import static dev.tern.server.boot.options.Group.CONFIGURATION;
import static dev.tern.server.boot.options.Group.EXECUTION;
import static dev.tern.server.boot.options.Group.LIFECYCLE;
import static dev.tern.server.boot.options.Group.LOGGING;
import static dev.tern.server.boot.options.Group.MODELS;
import static dev.tern.server.boot.options.Group.NETWORK;

import dev.tern.server.batching.Resources;
import dev.tern.server.rpc.CompressionLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Every setting there is, in the order of the help page. Triton's spelling where Triton has the setting. */
final class Settings {
    private static final Duration HOUR = Duration.ofHours(1);

    static final Setting<Path> CONFIG = Setting.open(
            CONFIGURATION,
            "config",
            "FILE",
            ValueTypes.path(),
            "conf/tern.yaml beside bin/, if it is there",
            "YAML file with settings.");

    static final Setting<Path> MODEL_REPOSITORY = Setting.open(
                    MODELS,
                    "model-repository",
                    "DIR",
                    ValueTypes.repository(),
                    "",
                    "Directory of models, one directory each. May be given several times.")
            .repeatable("--model-store");
    static final Setting<Boolean> DEMO = Setting.of(
            MODELS, "demo", "BOOL", ValueTypes.bool(), "false", "Serve the models that come with the server.");
    static final Setting<String> MODEL_CONFIG_NAME = Setting.open(
            MODELS,
            "model-config-name",
            "NAME",
            ValueTypes.fileName(),
            "",
            "Prefer configs/NAME.pbtxt in a model's directory over its config.pbtxt.");
    static final Setting<Boolean> DISABLE_AUTO_COMPLETE = Setting.of(
            MODELS,
            "disable-auto-complete-config",
            "BOOL",
            ValueTypes.bool(),
            "false",
            "Do not fill in from the model file what its configuration leaves out.");
    static final Setting<String> MODEL_CONTROL_MODE = Setting.of(
            MODELS,
            "model-control-mode",
            "MODE",
            ValueTypes.choice("none, poll or explicit", "none", "poll", "explicit"),
            "none",
            "Who changes what is loaded after the start: nobody (none), the repositories' directories (poll), or calls"
                    + " (explicit).");
    static final Setting<String> LOAD_MODEL = Setting.open(
                    MODELS,
                    "load-model",
                    "NAME|*",
                    ValueTypes.text(),
                    "",
                    "Model to load at start with --model-control-mode=explicit; * alone: all. May be given several times.")
            .severalTimes();
    static final Setting<Integer> REPOSITORY_POLL_SECS = Setting.of(
            MODELS,
            "repository-poll-secs",
            "SECONDS",
            ValueTypes.integer(1, 86_400),
            "15",
            "How often --model-control-mode=poll looks at the repositories.");
    static final Setting<Integer> MODEL_LOAD_THREADS = Setting.of(
            MODELS,
            "model-load-thread-count",
            "N",
            ValueTypes.integer(1, 1_024),
            "4",
            "Models loaded at the same time.");
    static final Setting<Integer> MODEL_LOAD_RETRY_COUNT = Setting.of(
            MODELS,
            "model-load-retry-count",
            "N",
            ValueTypes.integer(0, 100),
            "0",
            "How often a load that failed is tried again, at once.");
    static final Setting<Long> MODEL_MEMORY_LIMIT = Setting.open(
            MODELS,
            "model-memory-limit",
            "SIZE",
            ValueTypes.memory(),
            "any",
            "What the files of all loaded models may have together; a load beyond it is refused.");
    static final Setting<Boolean> TRIAL_LOAD = Setting.of(
            MODELS,
            "trial-load",
            "on|off",
            ValueTypes.onOrOff(),
            "on",
            "Load a model never seen here in a child process first, which may crash in the server's place.");
    static final Setting<Duration> TRIAL_LOAD_TIMEOUT = Setting.of(
            MODELS,
            "trial-load-timeout",
            "TIME",
            ValueTypes.duration(Duration.ofSeconds(1), HOUR),
            "120s",
            "How long such a trial may take.");
    static final Setting<String> WARM_UP = Setting.of(
            MODELS,
            "warm-up",
            "auto|none",
            ValueTypes.choice("auto or none", "auto", "none"),
            "auto",
            "auto: send each model requests before it is ready, so that the first caller's is as quick as any.");
    static final Setting<Duration> WARM_UP_BUDGET = Setting.of(
            MODELS,
            "warm-up-budget",
            "TIME",
            ValueTypes.duration(Duration.ofMillis(1), HOUR),
            "4s",
            "How long that may take, for all models together.");
    static final Setting<Path> STATE_DIR = Setting.open(
            MODELS,
            "state-dir",
            "DIR",
            ValueTypes.path(),
            "$XDG_STATE_HOME/tern, or ~/.local/state/tern",
            "Where the server remembers which models have loaded before.");

    static final Setting<String> HOST = Setting.of(
            NETWORK,
            "host",
            "ADDRESS",
            ValueTypes.text(),
            "0.0.0.0",
            "Address that the gRPC, HTTP and metrics ports are bound to.");
    static final Setting<Integer> GRPC_PORT = Setting.of(
            NETWORK, "grpc-port", "PORT", ValueTypes.port(), "8001", "Inference over gRPC; 0 takes any free port.");
    static final Setting<Integer> HTTP_PORT =
            Setting.of(NETWORK, "http-port", "PORT", ValueTypes.port(), "8000", "Health over HTTP; 0: any.");
    static final Setting<Integer> METRICS_PORT =
            Setting.of(NETWORK, "metrics-port", "PORT", ValueTypes.port(), "8002", "Prometheus metrics; 0: any.");
    static final Setting<OptionalInt> ADMIN_PORT = Setting.of(
            NETWORK,
            "admin-port",
            "PORT|off",
            ValueTypes.portOrOff(),
            "8003",
            "Operators' calls over gRPC; 0: any; off: none.");
    static final Setting<String> ADMIN_HOST = Setting.of(
            NETWORK,
            "admin-host",
            "ADDRESS",
            ValueTypes.text(),
            "127.0.0.1",
            "Address that the admin port is bound to. Its calls are not authenticated: keep it private.");
    static final Setting<Integer> MAX_MESSAGE_SIZE = Setting.of(
            NETWORK, "max-message-size", "SIZE", ValueTypes.size(1_024), "256MiB", "Largest gRPC message taken.");
    static final Setting<Integer> STREAM_WINDOW = Setting.of(
            NETWORK,
            "stream-window",
            "N",
            ValueTypes.integer(1, 65_536),
            "256",
            "Requests taken of a ModelStreamInfer call before their answers are written to the client.");
    static final Setting<CompressionLevel> INFER_RESPONSE_COMPRESSION = Setting.of(
            NETWORK,
            "grpc-infer-response-compression-level",
            "LEVEL",
            ValueTypes.compressionLevel(),
            "none",
            "Compress answers of 1 KiB and more for clients that accept gzip or deflate: none, low, medium or high.");
    static final Setting<String> HEADER_FORWARD_PATTERN = Setting.open(
            NETWORK,
            "grpc-header-forward-pattern",
            "REGEX",
            ValueTypes.pattern(),
            "",
            "Metadata whose key has this in it become parameters of a call's requests.");
    static final Setting<Boolean> ALLOW_CLIENT_SHM = Setting.of(
            NETWORK,
            "allow-client-shm",
            "BOOL",
            ValueTypes.bool(),
            "false",
            "Let whoever reaches the gRPC port have inputs read from, and outputs written to, files of /dev/shm.");

    static final Setting<Integer> DEFAULT_MAX_BATCH_SIZE = Setting.of(
            EXECUTION,
            "default-max-batch-size",
            "N",
            ValueTypes.integer(0, 65_536),
            "256",
            "max_batch_size of models that can be batched and do not say; 0 batches none of those.");
    static final Setting<Integer> GRPC_EVENT_LOOPS = Setting.of(
            EXECUTION,
            "grpc-event-loops",
            "N",
            ValueTypes.integer(0, 256),
            "0",
            "Threads that read and write gRPC; 0: one for every 4 cores, at least 1.");
    static final Setting<Integer> EXECUTION_SLOTS = Setting.of(
            EXECUTION,
            "execution-slots",
            "N",
            ValueTypes.integer(0, 4_096),
            "0",
            "Batches run at the same time, over all models; 0: the cores less the event loops, at least 1.");
    static final Setting<Integer> DEFAULT_MAX_QUEUE_SIZE = Setting.of(
            EXECUTION,
            "default-max-queue-size",
            "N",
            ValueTypes.integer(0, 100_000_000),
            "4096",
            "Requests of a priority level that may wait where the model's queue policy sets no bound; 0: any number.");
    static final Setting<String> OVERLOAD_STATUS = Setting.of(
            EXECUTION,
            "overload-status",
            "resource-exhausted|unavailable",
            ValueTypes.choice("resource-exhausted or unavailable", "resource-exhausted", "unavailable"),
            "resource-exhausted",
            "What a full queue answers: resource-exhausted, or unavailable as Triton does.");
    static final Setting<Duration> MAX_EXECUTION_TIME = Setting.of(
            EXECUTION,
            "max-execution-time",
            "TIME",
            ValueTypes.duration(Duration.ZERO, HOUR),
            "120s",
            "What one run of a model may take before it is ended, where the model does not say; 0s: any time.");
    static final Setting<Integer> BACKGROUND_NICENESS = Setting.of(
            EXECUTION,
            "background-niceness",
            "N",
            ValueTypes.integer(0, 19),
            "15",
            "Steps that compilers and loaders are nicer than what serves, once the server is ready (Linux); 0: as urgent.");
    static final Setting<String> RATE_LIMIT = Setting.of(
            EXECUTION,
            "rate-limit",
            "MODE",
            ValueTypes.choice("off or execution_count", "off", "execution_count"),
            "off",
            "Whether the rate_limiter of instance groups counts: off or execution_count.");
    static final Setting<Resources.Limit> RATE_LIMIT_RESOURCE = Setting.open(
                    EXECUTION,
                    "rate-limit-resource",
                    "NAME:COUNT[:DEVICE]",
                    SharingTypes.resourceLimit(),
                    "as much of each as one instance needs",
                    "How much there is of a resource that instances need. May be given several times.")
            .severalTimes();
    static final Setting<HostPolicy> HOST_POLICY = Setting.open(
                    EXECUTION,
                    "host-policy",
                    "NAME,cpu-cores=LIST|NAME,numa-node=N",
                    SharingTypes.hostPolicy(),
                    "",
                    "Cores that instances of this host policy run on (\"cpu\" if they name none), such as 0-3,8."
                            + " Linux only. May be given several times.")
            .severalTimes();

    static final Setting<Long> CACHE_SIZE = Setting.open(
            CACHE,
            "cache-size",
            "SIZE",
            ValueTypes.memory(),
            "a quarter of the heap",
            "Memory for kept answers of all models with response_cache { enable: true }; 0 keeps none.");
    static final Setting<Path> CACHE_SECRET_FILE = Setting.open(
            CACHE,
            "cache-secret-file",
            "FILE",
            ValueTypes.path(),
            "a random one",
            "File of 16 to 4096 secret bytes that make the keys of kept answers; replicas that share answers have"
                    + " the same.");

    static final Setting<Boolean> EXIT_ON_ERROR = Setting.of(
            LIFECYCLE,
            "exit-on-error",
            "BOOL",
            ValueTypes.bool(),
            "true",
            "Exit when something fails at start, a model that does not load among them.");
    static final Setting<Boolean> STRICT_READINESS = Setting.of(
            LIFECYCLE,
            "strict-readiness",
            "BOOL",
            ValueTypes.bool(),
            "true",
            "Ready only when all models are; otherwise as soon as the server answers.");
    static final Setting<Duration> DRAIN_DELAY = Setting.of(
            LIFECYCLE,
            "drain-delay",
            "TIME",
            ValueTypes.duration(Duration.ZERO, HOUR),
            "0s",
            "On SIGTERM, how long to serve on as not ready, for balancers to notice; 5s suits Kubernetes.");
    static final Setting<Duration> EXIT_TIMEOUT = Setting.of(
            LIFECYCLE,
            "exit-timeout",
            "TIME",
            ValueTypes.duration(Duration.ZERO, HOUR),
            "30s",
            "On SIGTERM, when to exit at the latest, the drain delay included.");
    static final Setting<Duration> EXIT_TIMEOUT_SECS = Setting.open(
            LIFECYCLE, "exit-timeout-secs", "SECONDS", ValueTypes.seconds(3_600), "", "The same as Triton spells it.");

    static final Setting<String> LOG_LEVEL = Setting.of(
            LOGGING,
            "log-level",
            "LEVEL",
            ValueTypes.choice("trace, debug, info, warn or error", "trace", "debug", "info", "warn", "error"),
            "info",
            "What to log: trace, debug, info, warn or error.");
    static final Setting<String> LOG_FORMAT = Setting.of(
            LOGGING,
            "log-format",
            "text|json",
            ValueTypes.choice("text or json", "text", "json"),
            "text",
            "How to log, to standard error: lines of text, or one JSON object a line.");

    static final Setting<TraceConfig> TRACE_CONFIG = Setting.open(
                    LOGGING,
                    "trace-config",
                    "[triton,]NAME=VALUE",
                    TraceConfig.type(),
                    "level=OFF, rate=1000, count=-1, log-frequency=0",
                    "Which requests to trace, and to which file: file, level, rate, count, log-frequency, as for"
                            + " Triton. May be given several times.")
            .severalTimes();

    static final List<Setting<?>> ALL = joined(
            CONFIG,
            MODEL_REPOSITORY,
            DEMO,
            MODEL_CONFIG_NAME,
            DISABLE_AUTO_COMPLETE,
            MODEL_CONTROL_MODE,
            LOAD_MODEL,
            REPOSITORY_POLL_SECS,
            MODEL_LOAD_THREADS,
            MODEL_LOAD_RETRY_COUNT,
            MODEL_MEMORY_LIMIT,
            TRIAL_LOAD,
            TRIAL_LOAD_TIMEOUT,
            WARM_UP,
            WARM_UP_BUDGET,
            STATE_DIR,
            HOST,
            GRPC_PORT,
            HTTP_PORT,
            METRICS_PORT,
            ADMIN_PORT,
            ADMIN_HOST,
            MAX_MESSAGE_SIZE,
            STREAM_WINDOW,
            INFER_RESPONSE_COMPRESSION,
            HEADER_FORWARD_PATTERN,
            ALLOW_CLIENT_SHM,
            DEFAULT_MAX_BATCH_SIZE,
            GRPC_EVENT_LOOPS,
            EXECUTION_SLOTS,
            BACKGROUND_NICENESS,
            DEFAULT_MAX_QUEUE_SIZE,
            OVERLOAD_STATUS,
            MAX_EXECUTION_TIME,
            RATE_LIMIT,
            RATE_LIMIT_RESOURCE,
            HOST_POLICY,
            CACHE_SIZE,
            CACHE_SECRET_FILE,
            EXIT_ON_ERROR,
            STRICT_READINESS,
            DRAIN_DELAY,
            EXIT_TIMEOUT,
            EXIT_TIMEOUT_SECS,
            LOG_LEVEL,
            LOG_FORMAT,
            TRACE_CONFIG);

    private static List<Setting<?>> joined(Setting<?>... own) {
        return Stream.concat(Stream.of(own), RedisFlags.ALL.stream()).toList();
    }

    private Settings() {}
}
