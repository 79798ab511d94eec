package dev.tern.server.repository.config;

import java.util.List;
import java.util.Set;

/** Every key of a configuration's {@code parameters} that means something here. */
public final class ParameterKeys {
    /** What all keys of our own begin with; Triton ignores them. */
    public static final String OWN_PREFIX = "tern.";

    /** What all keys about batching begin with. */
    public static final String BATCHING_PREFIX = "tern.batching.";

    /** How far a row's result may differ alone and in a batch before the model counts as not batchable; at least 0. */
    public static final String BATCHING_TOLERANCE = "tern.batching.tolerance";

    /** {@code fixed} (the default), or {@code adaptive}: the scheduler finds window and batch size itself. */
    public static final String BATCHING_MODE = "tern.batching.mode";

    /** Milliseconds that a request is to be answered in, more than 0; what cannot be is refused. */
    public static final String BATCHING_LATENCY_OBJECTIVE_MS = "tern.batching.latency_objective_ms";

    /** The percentile of the requests that keep the objective, above 0, below 100; 99 by default. */
    public static final String BATCHING_LATENCY_PERCENTILE = "tern.batching.latency_percentile";

    /** Milliseconds that one run of the model may take before it is ended; 0 for any time. */
    public static final String MAX_EXECUTION_MS = "tern.max_execution_ms";

    /** {@code true}: a request with more rows than {@code max_batch_size} is run in parts instead of refused. */
    public static final String SPLIT_LARGE_REQUESTS = "tern.batching.split_large_requests";

    /** Inputs that are filled up so that requests of different lengths share a run, as {@code ids:0,weights:0}. */
    public static final String BATCHING_PAD = "tern.batching.pad";

    /** Inputs that are made where a request leaves them out, and from which: {@code attention_mask:input_ids}. */
    public static final String BATCHING_MASK = "tern.batching.mask";

    /** Which output has which padded input's length, where the model does not say: {@code y[1]:x[1]}. */
    public static final String BATCHING_CUT = "tern.batching.cut";

    /** Rows times padded length of one run at the most; at least 1. */
    public static final String BATCHING_MAX_PADDED_ELEMENTS = "tern.batching.max_padded_elements";

    /** How much of a row may be padding, as a share of the padded row: from 0 to less than 1. */
    public static final String BATCHING_MAX_PADDING_WASTE = "tern.batching.max_padding_waste";

    /** Microseconds that a request waits for Redis before it goes to the model: 1 to 60000000; 5000 by default. */
    public static final String CACHE_L2_BUDGET_US = "tern.cache.l2_budget_us";

    /**
     * Milliseconds that Redis keeps an answer, give or take a tenth: 1 to 31536000000 (a year); by default an hour, or
     * {@link #CACHE_TTL_MS} if that is less.
     */
    public static final String CACHE_L2_TTL_MS = "tern.cache.l2_ttl_ms";

    /** Milliseconds that an answer is given for, from when the model gave it; 0 for as long as there is room. */
    public static final String CACHE_TTL_MS = "tern.cache.ttl_ms";

    /** The part of the response cache's memory that is this model's alone: above 0, at most 1. */
    public static final String CACHE_SHARE = "tern.cache.share";

    /**
     * While less than this share of the requests is found, only a sample of them is looked up: 0 to 1, 0 for never; 0.01 by
     * default. Without effect where answers are kept by rows.
     */
    public static final String CACHE_MIN_HIT_RATIO = "tern.cache.min_hit_ratio";

    /** {@code true}: a row has the same answer alone and in any batch; {@code tern check --rows} tries whether that holds. */
    public static final String CACHE_ROWS = "tern.cache.rows";

    /** What all keys about the response cache begin with. */
    public static final String CACHE_PREFIX = "tern.cache.";

    /** {@code true}: features of a sample of the requests and answers are compared with a reference, the first of them. */
    public static final String DRIFT_MONITOR = "tern.drift.monitor";

    /** The share of the requests that are looked at: above 0, at most 1; 0.1 by default. */
    public static final String DRIFT_SAMPLE = "tern.drift.sample";

    /** Rows of the reference: 500 to 50000; 5000 by default. */
    public static final String DRIFT_REFERENCE = "tern.drift.reference";

    /** Rows that are compared with it at a time: 100 to 10000; 400 by default. */
    public static final String DRIFT_WINDOW = "tern.drift.window";

    /** Inputs, outputs and columns of them, as {@code x[3],score}; all by default, 64 at most. */
    public static final String DRIFT_FEATURES = "tern.drift.features";

    /** How likely a window, all its features, speaks for drift by chance: 1e-9 to 0.5; 1e-6 by default. */
    public static final String DRIFT_FALSE_ALARM_RATE = "tern.drift.false_alarm_rate";

    /** Numbers drift only if the Kolmogorov-Smirnov distance is at least this: 0 to 1; 0.1 by default. */
    public static final String DRIFT_KS_THRESHOLD = "tern.drift.ks_threshold";

    /** Categories drift only if the population stability index is at least this: 0 or more; 0.2 by default. */
    public static final String DRIFT_PSI_THRESHOLD = "tern.drift.psi_threshold";

    /** What all keys about drift begin with. */
    public static final String DRIFT_PREFIX = "tern.drift.";

    /** Names for versions, usable wherever a version is, as {@code stable:3,canary:4}. */
    public static final String VERSION_LABELS = "tern.version.labels";

    /** Shares of the requests that name no version, as {@code 1:90,2:10}: versions or labels with weights. */
    public static final String TRAFFIC_SPLIT = "tern.traffic.split";

    /** The request parameter whose value keeps a user on one side of the split. */
    public static final String TRAFFIC_STICKY_PARAMETER = "tern.traffic.sticky_parameter";

    /** The gRPC metadata key whose value does, where the request has no such parameter. */
    public static final String TRAFFIC_STICKY_METADATA = "tern.traffic.sticky_metadata";

    /** A version that gets copies of so many percent of what others answer, as {@code 3:20}. */
    public static final String TRAFFIC_SHADOW = "tern.traffic.shadow";

    /** How many numbers a {@code tern_hash} model gives: from 0, and less than this; at least 1. */
    public static final String HASH_BUCKETS = "tern.hash.buckets";

    /** How many of a row's candidates a {@code tern_top_k} model gives at the most; at least 1. */
    public static final String TOP_K_K = "tern.top_k.k";

    /** What all keys begin with that say which version answers. */
    public static final String TRAFFIC_PREFIX = "tern.traffic.";

    /** Followed by the name of any ONNX Runtime session configuration entry. */
    public static final String ORT_SESSION_PREFIX = "tern.ort.session.";

    /** Written by the server: what it filled in, separated by commas. In a file it is dropped: a file is explicit. */
    public static final String AUTO_COMPLETED = "tern.auto_completed";

    /** Threads of one run; 0 leaves it to ONNX Runtime. */
    public static final String INTRA_OP_THREADS = "intra_op_thread_count";

    /** Threads that run independent nodes of one run; 0 leaves it to ONNX Runtime. */
    public static final String INTER_OP_THREADS = "inter_op_thread_count";

    /** 0 runs a model's nodes one by one, 1 in parallel. */
    public static final String EXECUTION_MODE = "execution_mode";

    public static final String MEMORY_ARENA = "enable_mem_arena";

    public static final String MEMORY_PATTERN = "enable_mem_pattern";

    /** A run option: the arenas to shrink after a run, as {@code cpu:0}. */
    public static final String ARENA_SHRINKAGE = "memory.enable_memory_arena_shrinkage";

    public static final String DEVICE_ALLOCATOR_FOR_INITIALIZERS = "session.use_device_allocator_for_initializers";

    static final List<String> OWN = List.of(
            BATCHING_TOLERANCE,
            BATCHING_MODE,
            BATCHING_LATENCY_OBJECTIVE_MS,
            BATCHING_LATENCY_PERCENTILE,
            MAX_EXECUTION_MS,
            SPLIT_LARGE_REQUESTS,
            BATCHING_PAD,
            BATCHING_MASK,
            BATCHING_CUT,
            BATCHING_MAX_PADDED_ELEMENTS,
            BATCHING_MAX_PADDING_WASTE,
            CACHE_TTL_MS,
            CACHE_SHARE,
            CACHE_L2_BUDGET_US,
            CACHE_L2_TTL_MS,
            CACHE_ROWS,
            CACHE_MIN_HIT_RATIO,
            DRIFT_MONITOR,
            DRIFT_SAMPLE,
            DRIFT_REFERENCE,
            DRIFT_WINDOW,
            DRIFT_FEATURES,
            DRIFT_FALSE_ALARM_RATE,
            DRIFT_KS_THRESHOLD,
            DRIFT_PSI_THRESHOLD,
            VERSION_LABELS,
            TRAFFIC_SPLIT,
            TRAFFIC_STICKY_PARAMETER,
            TRAFFIC_STICKY_METADATA,
            TRAFFIC_SHADOW,
            HASH_BUCKETS,
            TOP_K_K,
            ORT_SESSION_PREFIX,
            AUTO_COMPLETED);

    static final Set<String> COUNTS = Set.of(INTRA_OP_THREADS, INTER_OP_THREADS);

    static final Set<String> SWITCHES = Set.of(MEMORY_ARENA, MEMORY_PATTERN, DEVICE_ALLOCATOR_FOR_INITIALIZERS);

    /** Settings of Triton's CUDA provider: without a GPU they change nothing. */
    static final Set<String> GPU_ONLY =
            Set.of("cudnn_conv_algo_search", "gpu_mem_limit", "arena_extend_strategy", "do_copy_in_default_stream");

    /** Parameters of Triton that this version has not. */
    static final Set<String> NOT_YET = Set.of(ARENA_SHRINKAGE, "TRITON_BATCH_STRATEGY_PATH");

    static final List<String> TRITON = List.of(
            INTRA_OP_THREADS,
            INTER_OP_THREADS,
            EXECUTION_MODE,
            MEMORY_ARENA,
            MEMORY_PATTERN,
            ARENA_SHRINKAGE,
            DEVICE_ALLOCATOR_FOR_INITIALIZERS);

    private ParameterKeys() {}

    /** Whether a key only says which version answers a request: a change of it needs no version to be loaded anew. */
    public static boolean isOfRouting(String key) {
        return key.equals(VERSION_LABELS) || key.startsWith(TRAFFIC_PREFIX);
    }
}
