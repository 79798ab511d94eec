package dev.tern.bench.models;

import dev.tern.proto.onnx.ModelProto;
import java.util.List;
import java.util.function.LongFunction;

/**
 * What a model computes, and what the configurations of all models that compute it have in common.
 *
 * @param maxBatchSize their {@code max_batch_size}
 * @param objectiveMillis a latency that a busy server can hold: a few full batches long
 * @param tensors inputs and outputs as {@code config.pbtxt} has them
 * @param weights makes the model from a seed
 */
record Network(
        String name,
        int maxBatchSize,
        int objectiveMillis,
        String tensors,
        LongFunction<ModelProto> weights,
        List<Schedule> schedules) {
    private static final String FEATURES = features(512);
    private static final String VALUES = """
            input { name: "values" data_type: TYPE_FP32 dims: -1 }
            output { name: "mean" data_type: TYPE_FP32 dims: 1 }
            """;
    private static final String SEQUENCE = """
            input { name: "input_ids" data_type: TYPE_INT64 dims: -1 }
            input { name: "attention_mask" data_type: TYPE_INT64 dims: -1 }
            output { name: "embedding" data_type: TYPE_FP32 dims: 64 }
            """;

    /** 0.08 million weights: what a request costs is mostly not the model. */
    static final Network TINY =
            new Network("mlp-64", 64, 5, features(64), seed -> Mlp.of(seed, 64, 256, 256, 1), Schedule.FIXED_SHAPE);

    /** Hardly any work and any payload: what a request costs is its way through the server. */
    static final Network PAYLOAD = new Network("payload", 64, 10, VALUES, Mean::of, Schedule.FIXED_SHAPE);

    /** 1.2 million weights, which fit into a core's caches: a run of one row is in part overhead. */
    static final Network SMALL = new Network(
            "mlp-1024", 64, 10, FEATURES, seed -> Mlp.of(seed, 512, 1024, 512, 256, 1), Schedule.FIXED_SHAPE);

    /** 7.3 million weights: a run of one row is mostly reading them from memory. */
    static final Network LARGE = new Network(
            "mlp-2048", 64, 50, FEATURES, seed -> Mlp.of(seed, 512, 2048, 2048, 1024, 1), Schedule.FIXED_SHAPE);

    /** Any length, of little weight; what a run costs are 6.7 million weights. */
    static final Network HISTORY =
            new Network("history", 32, 50, SEQUENCE, Sequences::history, Schedule.VARIABLE_LENGTH);

    /** Any length, of full weight: a padded step costs what a real one does. */
    static final Network SESSION =
            new Network("session", 32, 200, SEQUENCE, Sequences::session, Schedule.VARIABLE_LENGTH);

    static final List<Network> ALL = List.of(TINY, SMALL, LARGE, HISTORY, SESSION, PAYLOAD);

    private static String features(int size) {
        return """
            input { name: "features" data_type: TYPE_FP32 dims: %d }
            output { name: "score" data_type: TYPE_FP32 dims: 1 }
            """.formatted(size);
    }

    /** The text of the {@code config.pbtxt} of this network under {@code schedule}. */
    String config(Schedule schedule) {
        return "platform: \"onnxruntime_onnx\"\nmax_batch_size: " + maxBatchSize + "\n" + tensors
                + "instance_group { count: 1 kind: KIND_CPU }\n"
                + "parameters { key: \"intra_op_thread_count\" value { string_value: \"1\" } }\n"
                + schedule.config().replace("OBJECTIVE", Integer.toString(objectiveMillis));
    }
}
