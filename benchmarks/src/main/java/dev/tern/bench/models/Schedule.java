package dev.tern.bench.models;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One way to schedule a model's requests.
 *
 * @param name what is put behind the network's name
 * @param config its part of the {@code config.pbtxt}; OBJECTIVE stands for the network's latency objective
 */
record Schedule(String name, String config) {
    /** Windows to find the best fixed one among, in microseconds; 0 batches what has come while the instance was busy. */
    private static final int[] WINDOWS = {0, 250, 500, 1000, 2000, 5000};

    private static final String ADAPTIVE = parameter("tern.batching.mode", "adaptive");
    private static final String OBJECTIVE = parameter("tern.batching.latency_objective_ms", "OBJECTIVE");

    /** Each request by itself. */
    private static final Schedule UNBATCHED = new Schedule("unbatched", "");

    static final List<Schedule> FIXED_SHAPE = Stream.concat(
                    IntStream.of(WINDOWS)
                            .mapToObj(micros -> new Schedule(
                                    "fixed-" + micros, dynamic("max_queue_delay_microseconds: " + micros))),
                    Stream.of(
                            UNBATCHED,
                            new Schedule("adaptive", dynamic("") + ADAPTIVE),
                            new Schedule("objective", dynamic("") + ADAPTIVE + OBJECTIVE),
                            new Schedule("priority", dynamic("priority_levels: 2 default_priority_level: 2")),
                            new Schedule("bounded", dynamic("default_queue_policy { max_queue_size: 256 }"))))
            .toList();

    static final List<Schedule> VARIABLE_LENGTH = List.of(
            UNBATCHED,
            new Schedule("equal", dynamic("")),
            new Schedule(
                    "padded",
                    dynamic("")
                            + parameter("tern.batching.pad", "input_ids:0,attention_mask:0")
                            + parameter("tern.batching.max_padded_elements", "8192")));

    private static String dynamic(String settings) {
        return "dynamic_batching { " + settings + " }\n";
    }

    private static String parameter(String key, String value) {
        return "parameters { key: \"" + key + "\" value { string_value: \"" + value + "\" } }\n";
    }
}
