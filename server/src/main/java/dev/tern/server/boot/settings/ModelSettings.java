package dev.tern.server.boot.settings;

import static dev.tern.server.repository.config.ParameterKeys.BATCHING_TOLERANCE;
import static dev.tern.server.repository.config.ParameterKeys.CACHE_L2_BUDGET_US;
import static dev.tern.server.repository.config.ParameterKeys.CACHE_L2_TTL_MS;
import static dev.tern.server.repository.config.ParameterKeys.CACHE_MIN_HIT_RATIO;
import static dev.tern.server.repository.config.ParameterKeys.CACHE_ROWS;
import static dev.tern.server.repository.config.ParameterKeys.CACHE_SHARE;
import static dev.tern.server.repository.config.ParameterKeys.CACHE_TTL_MS;
import static dev.tern.server.repository.config.ParameterKeys.DEVICE_ALLOCATOR_FOR_INITIALIZERS;
import static dev.tern.server.repository.config.ParameterKeys.EXECUTION_MODE;
import static dev.tern.server.repository.config.ParameterKeys.INTER_OP_THREADS;
import static dev.tern.server.repository.config.ParameterKeys.INTRA_OP_THREADS;
import static dev.tern.server.repository.config.ParameterKeys.MEMORY_ARENA;
import static dev.tern.server.repository.config.ParameterKeys.MEMORY_PATTERN;
import static dev.tern.server.repository.config.ParameterKeys.ORT_SESSION_PREFIX;
import static dev.tern.server.repository.config.ParameterKeys.SPLIT_LARGE_REQUESTS;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelInstanceGroup;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.server.admission.InputContract;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.admission.OutputContract;
import dev.tern.server.batching.Grouping;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.cache.redis.ModelTimes;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.onnx.SessionSettings;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.repository.config.ConfigException;
import dev.tern.server.repository.config.DataTypes;
import dev.tern.server.repository.config.PaddingConfig;
import dev.tern.server.splitting.Splitting;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.TensorSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a model's configuration means to each stage and to the engine. Reads configurations that were checked. */
public final class ModelSettings {
    private static final double DEFAULT_TOLERANCE = 1e-4;
    private static final double DEFAULT_L2_BUDGET_US = 5_000;
    private static final double DEFAULT_L2_TTL_MS = 3_600_000;
    private static final double DEFAULT_MIN_HIT_RATIO = 0.01;

    private final ModelConfig config;
    private final ModelParameters parameters;

    /** @param config one that was checked */
    public ModelSettings(ModelConfig config) {
        this.config = config;
        this.parameters = new ModelParameters(config);
    }

    /** How ONNX Runtime runs the model; its defaults where nothing is set. */
    public SessionSettings session() {
        SessionSettings defaults = SessionSettings.defaults();
        Map<String, String> entries = new HashMap<>();
        config.getParametersMap().forEach((key, value) -> {
            if (key.startsWith(ORT_SESSION_PREFIX)) {
                entries.put(key.substring(ORT_SESSION_PREFIX.length()), value.getStringValue());
            }
        });
        if (parameters.isSet(DEVICE_ALLOCATOR_FOR_INITIALIZERS)) {
            entries.put(
                    DEVICE_ALLOCATOR_FOR_INITIALIZERS,
                    parameters.flag(DEVICE_ALLOCATOR_FOR_INITIALIZERS, false) ? "1" : "0");
        }
        return new SessionSettings(
                parameters.count(INTRA_OP_THREADS, defaults.intraOpThreads()),
                parameters.count(INTER_OP_THREADS, defaults.interOpThreads()),
                parameters.count(EXECUTION_MODE, 0) == 1,
                config.getOptimization().getGraph().getLevel(),
                parameters.flag(MEMORY_ARENA, defaults.memoryArena()),
                parameters.flag(MEMORY_PATTERN, defaults.memoryPattern()),
                entries);
    }

    /**
     * How requests wait and share runs.
     *
     * @param defaultMaxQueueSize requests of a level that may wait where the model sets no bound
     * @param maxExecution what a run may take where the model does not say; zero for any time
     */
    public SchedulerSettings scheduling(int defaultMaxQueueSize, Duration maxExecution) {
        return new SchedulingConfig(config).settings(defaultMaxQueueSize, maxExecution);
    }

    /**
     * What requests are held to.
     *
     * @param signature the model's own, which the configuration fits
     */
    public ModelContract contract(Signature signature) {
        Set<String> masks = padding().masks().keySet();
        return new ModelContract(
                config.getName(),
                config.getMaxBatchSize(),
                maxRows(),
                config.getInputList().stream()
                        .map(input -> input(
                                input,
                                isScalar(signature.inputs(), input.getName()),
                                input.getOptional() || masks.contains(input.getName())))
                        .toList(),
                config.getOutputList().stream()
                        .map(output -> output(output, isScalar(signature.outputs(), output.getName())))
                        .toList());
    }

    /** Whether a request with more rows than {@code max_batch_size} is run in parts. */
    public boolean splitsLargeRequests() {
        return config.getMaxBatchSize() > 0 && parameters.flag(SPLIT_LARGE_REQUESTS, false);
    }

    /** What is kept of its answers. */
    public CacheSettings cache() {
        return new CacheSettings(
                config.getResponseCache().getEnable(),
                (long) parameters.number(CACHE_TTL_MS, 0),
                parameters.number(CACHE_SHARE, 0),
                config.getMaxBatchSize() > 0 && isMarkedRowWise(),
                parameters.number(CACHE_MIN_HIT_RATIO, DEFAULT_MIN_HIT_RATIO));
    }

    /** Whether the configuration says that a row has the same answer alone and in any batch. */
    public boolean isMarkedRowWise() {
        return parameters.flag(CACHE_ROWS, false);
    }

    /** How long requests wait for Redis, how long that keeps answers, and how old one of those may be. */
    public ModelTimes redisTimes() {
        long ttlMillis = cache().ttlMillis();
        return new ModelTimes(
                TimeUnit.MICROSECONDS.toNanos((long) parameters.number(CACHE_L2_BUDGET_US, DEFAULT_L2_BUDGET_US)),
                (long) parameters.number(CACHE_L2_TTL_MS, defaultL2TtlMillis()),
                ttlMillis == 0 ? Long.MAX_VALUE : ttlMillis);
    }

    /** What may be kept here for so long only is not kept there for longer unless that is wanted. */
    private double defaultL2TtlMillis() {
        double ttlMillis = parameters.number(CACHE_TTL_MS, 0);
        return ttlMillis == 0 ? DEFAULT_L2_TTL_MS : Math.min(ttlMillis, DEFAULT_L2_TTL_MS);
    }

    private long maxRows() {
        return config.getMaxBatchSize() * (splitsLargeRequests() ? maxParts() : 1);
    }

    /** Each part takes a place of its own in the queue: one with more parts than places would never be served. */
    private long maxParts() {
        return Stream.concat(
                        Stream.of(config.getDynamicBatching().getDefaultQueuePolicy()),
                        config.getDynamicBatching().getPriorityQueuePolicyMap().values().stream())
                .mapToLong(policy -> Integer.toUnsignedLong(policy.getMaxQueueSize()))
                .filter(places -> places > 0)
                .reduce(Splitting.MAX_PARTS, Math::min);
    }

    private static boolean isScalar(List<TensorSpec> specs, String name) {
        return specs.stream()
                .anyMatch(spec -> spec.name().equals(name) && spec.shape().rank() == 0);
    }

    /** The inputs as the model takes them, batch dimension first where it batches. */
    public static List<TensorSpec> modelInputs(ModelContract contract) {
        return contract.inputs().stream()
                .map(input -> new TensorSpec(
                        input.name(), input.type(), modelShape(input, contract.maxBatchSize() > 0), input.optional()))
                .toList();
    }

    private static Shape modelShape(InputContract input, boolean batched) {
        return modelShape(input.dims(), input.reshape(), batched);
    }

    /** A tensor's shape as the model has it. */
    static Shape modelShape(Shape dims, @Nullable Shape reshape, boolean batched) {
        Shape row = reshape == null ? dims : reshape;
        return batched ? row.rows(Shape.VARIABLE) : row;
    }

    /** The outputs that callers may ask for, in the order they get them. */
    public List<String> outputs() {
        return config.getOutputList().stream().map(ModelOutput::getName).toList();
    }

    /** How many instances serve the version. */
    public int instances() {
        return config.getInstanceGroupList().stream()
                .filter(group -> !group.getPassive())
                .mapToInt(ModelInstanceGroup::getCount)
                .sum();
    }

    /** How far two answers may be apart that count as equal, as a share of the larger one or of 1. */
    public double tolerance() {
        return parameters.number(BATCHING_TOLERANCE, DEFAULT_TOLERANCE);
    }

    /** A tensor without dimensions cannot be written as dims: {@code [ 1 ]} stands for it, and is reshaped to it. */
    private static InputContract input(ModelInput input, boolean scalar, boolean optional) {
        DataType type = DataTypes.ofConfig(input.getDataType());
        return new InputContract(
                input.getName(),
                type,
                shape(input.getDimsList()),
                input.hasReshape() || scalar ? shape(input.getReshape().getShapeList()) : null,
                optional);
    }

    /** Which requests may share a run, and what a row of one costs. */
    public Grouping grouping(ModelContract contract, Joining joining) {
        return Grouping.of(modelInputs(contract), joining, padding().maxPaddingWaste());
    }

    /** How requests of different lengths are joined, by the names that {@code model} gives its dimensions. */
    public Joining joining(ModelContract contract, OnnxModel model) throws ConfigException {
        return new Joinings(config, padding(), contract, model).build();
    }

    PaddingConfig padding() {
        return PaddingConfig.of(config);
    }

    private static OutputContract output(ModelOutput output, boolean scalar) {
        return new OutputContract(
                output.getName(),
                shape(output.getDimsList()),
                output.hasReshape() || scalar ? shape(output.getReshape().getShapeList()) : null);
    }

    private static Shape shape(List<Long> dims) {
        return Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
    }
}
