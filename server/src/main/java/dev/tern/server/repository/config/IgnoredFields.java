package dev.tern.server.repository.config;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.tern.proto.inference.ModelConfig;
import java.util.List;
import java.util.Map;

/** The fields of Triton's configuration that are read and change nothing here: whoever sets one is told. */
final class IgnoredFields {
    private static final String NOT_YET = "has no effect in this version of Tern";
    private static final String NO_GPU = "has no effect: this build of Tern runs models on the CPU";
    private static final String NOT_ONNX = "has no effect on ONNX models";

    /** Why, by the field's path in {@link ModelConfig}; what lies below one is ignored with it. */
    static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("cc_model_filenames", NO_GPU + "; default_model_filename is loaded"),
            Map.entry("metric_tags", NOT_YET),
            Map.entry("model_metrics", NOT_YET),
            Map.entry("runtime", "has no effect: there is one ONNX Runtime, which is a part of Tern"),
            Map.entry("instance_group.gpus", NO_GPU),
            Map.entry(
                    "ensemble_scheduling.max_inflight_requests",
                    "has no effect: a step answers a request once, so that nothing piles up"),
            Map.entry(
                    "sequence_batching.state.use_same_buffer_for_input_output",
                    "has no effect: states are kept apart from the runs' buffers"),
            Map.entry(
                    "sequence_batching.state.use_growable_memory",
                    "has no effect: a state takes the memory that its size needs"),
            Map.entry("optimization.priority", NOT_ONNX),
            Map.entry("optimization.cuda", NOT_ONNX),
            Map.entry("optimization.eager_batching", NOT_ONNX),
            Map.entry("optimization.gather_kernel_buffer_threshold", NOT_ONNX),
            Map.entry("optimization.input_pinned_memory", NO_GPU),
            Map.entry("optimization.output_pinned_memory", NO_GPU));

    private IgnoredFields() {}

    /** One warning for each that {@code config} has a value for. */
    static void warn(ModelConfig config, Problems problems) {
        warn(config, "", "", problems);
    }

    /**
     * Looks through one message.
     *
     * @param path of the message in the configuration, with a dot at the end unless empty
     * @param shown the same with the places in lists
     */
    private static void warn(Message message, String path, String shown, Problems problems) {
        for (Map.Entry<FieldDescriptor, Object> each : message.getAllFields().entrySet()) {
            FieldDescriptor field = each.getKey();
            String reason = REASONS.get(path + field.getName());
            if (reason != null) {
                problems.warning(shown + field.getName(), reason);
            } else if (field.getJavaType() == JavaType.MESSAGE && !field.isMapField()) {
                below(field, each.getValue(), path, shown, problems);
            }
        }
    }

    private static void below(FieldDescriptor field, Object value, String path, String shown, Problems problems) {
        String name = field.getName();
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                warn((Message) list.get(i), path + name + ".", shown + name + "[" + i + "].", problems);
            }
        } else {
            warn((Message) value, path + name + ".", shown + name + ".", problems);
        }
    }
}
