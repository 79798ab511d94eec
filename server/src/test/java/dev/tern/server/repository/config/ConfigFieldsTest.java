package dev.tern.server.repository.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.tern.proto.inference.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of Triton's configuration has an effect here, is refused, or is said to have none. */
class ConfigFieldsTest {
    /** What does something, or is what it says anyway; a path stands for all below it. */
    private static final Set<String> USED = Set.of(
            "name",
            "platform",
            "backend",
            "version_policy",
            "max_batch_size",
            "input.name",
            "input.data_type",
            "input.format",
            "input.dims",
            "input.reshape",
            "input.allow_ragged_batch",
            "input.optional",
            "output.name",
            "output.data_type",
            "output.dims",
            "output.reshape",
            "output.label_filename",
            "batch_input",
            "batch_output",
            "instance_group.name",
            "instance_group.count",
            "instance_group.kind",
            "instance_group.rate_limiter",
            "instance_group.host_policy",
            "default_model_filename",
            "dynamic_batching",
            "optimization.graph",
            // Only names: which of them have no effect is warned of where they are checked.
            "optimization.execution_accelerators",
            "parameters",
            "model_warmup",
            "model_operations",
            "response_cache",
            "sequence_batching.max_sequence_idle_microseconds",
            "sequence_batching.control_input",
            "sequence_batching.direct",
            "sequence_batching.oldest",
            "sequence_batching.state.input_name",
            "sequence_batching.state.output_name",
            "sequence_batching.state.data_type",
            "sequence_batching.state.dims",
            "sequence_batching.state.initial_state",
            "ensemble_scheduling.step");

    private static final Set<String> REFUSED = Set.of(
            "input.is_shape_tensor",
            "input.is_non_linear_format_io",
            "output.is_shape_tensor",
            "output.is_non_linear_format_io",
            "instance_group.profile",
            "instance_group.passive",
            "instance_group.secondary_devices",
            "sequence_batching.iterative_sequence",
            "model_transaction_policy.decoupled",
            "model_repository_agents.agents");

    @Test
    void everyFieldIsUsedOrRefusedOrIgnored() {
        Set<String> known = new TreeSet<>(USED);
        known.addAll(REFUSED);
        known.addAll(IgnoredFields.REASONS.keySet());
        assertThat(known).hasSize(USED.size() + REFUSED.size() + IgnoredFields.REASONS.size());
        Set<String> seen = new TreeSet<>();

        assertThat(unknown(ModelConfig.getDescriptor(), "", known, seen)).isEmpty();
        assertThat(seen).as("fields that there are").isEqualTo(known);
    }

    private static List<String> unknown(Descriptor message, String path, Set<String> known, Set<String> seen) {
        List<String> unknown = new ArrayList<>();
        for (FieldDescriptor field : message.getFields()) {
            String at = path + field.getName();
            if (known.contains(at)) {
                seen.add(at);
            } else if (field.getJavaType() == JavaType.MESSAGE && !field.isMapField()) {
                unknown.addAll(unknown(field.getMessageType(), at + ".", known, seen));
            } else {
                unknown.add(at);
            }
        }
        return unknown;
    }

    static Stream<String> ignored() {
        return IgnoredFields.REASONS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("ignored")
    void whoSetsAnIgnoredFieldIsToldOfItAndWhy(String path) {
        Problems problems = new Problems("config.pbtxt");
        ModelConfig.Builder config = ModelConfig.newBuilder();
        set(config, List.of(path.split("\\.")));
        IgnoredFields.warn(config.build(), problems);

        assertThat(problems.warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.replace("[0]", ""))
                        .isEqualTo("config.pbtxt: " + path + ": " + IgnoredFields.REASONS.get(path)));
    }

    @Test
    void whoSetsNoneIsToldNothing() {
        Problems problems = new Problems("config.pbtxt");
        ModelConfig.Builder config = ModelConfig.newBuilder();
        USED.forEach(path -> set(config, List.of(path.split("\\."))));
        IgnoredFields.warn(config.build(), problems);

        assertThat(problems.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            input.is_shape_tensor              | input { name: 'x' data_type: TYPE_FP32 dims: 1 is_shape_tensor: true }
            input.is_non_linear_format_io      | input { name: 'x' data_type: TYPE_FP32 dims: 1 is_non_linear_format_io: true }
            output.is_shape_tensor             | output { name: 'y' data_type: TYPE_FP32 dims: 1 is_shape_tensor: true }
            output.is_non_linear_format_io     | output { name: 'y' data_type: TYPE_FP32 dims: 1 is_non_linear_format_io: true }
            instance_group.profile             | instance_group { profile: '0' }
            instance_group.passive             | instance_group { passive: true }
            instance_group.secondary_devices   | instance_group { secondary_devices { device_id: 1 } }
            sequence_batching.iterative_sequence | sequence_batching { iterative_sequence: true }
            model_transaction_policy.decoupled | model_transaction_policy { decoupled: true }
            model_repository_agents.agents     | model_repository_agents { agents { name: 'checksum' } }
            """)
    void whatIsRefusedIs(String path, String text) {
        assertThat(REFUSED).contains(path);
        assertThatThrownBy(() -> ModelConfigFile.parse(text, "config.pbtxt", "m"))
                .isInstanceOf(ConfigException.class);
    }

    /** Gives the field a value that is not its default. */
    private static void set(Message.Builder message, List<String> path) {
        FieldDescriptor field = message.getDescriptorForType().findFieldByName(path.get(0));
        if (path.size() == 1) {
            set(message, field, value(message, field));
        } else if (field.isRepeated()) {
            Message.Builder part = message.newBuilderForField(field);
            set(part, path.subList(1, path.size()));
            message.addRepeatedField(field, part.build());
        } else {
            Message.Builder part = message.newBuilderForField(field).mergeFrom((Message) message.getField(field));
            set(part, path.subList(1, path.size()));
            message.setField(field, part.build());
        }
    }

    private static void set(Message.Builder message, FieldDescriptor field, Object value) {
        if (field.isRepeated()) {
            message.addRepeatedField(field, value);
        } else {
            message.setField(field, value);
        }
    }

    private static Object value(Message.Builder message, FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT -> 1;
            case LONG -> 1L;
            case FLOAT -> 1f;
            case DOUBLE -> 1d;
            case BOOLEAN -> true;
            case STRING -> "x";
            case ENUM -> last(field.getEnumType());
            case MESSAGE -> message.newBuilderForField(field).build();
            case BYTE_STRING -> throw new IllegalArgumentException("no such field in a configuration");
        };
    }

    private static Object last(EnumDescriptor type) {
        return type.getValues().get(type.getValues().size() - 1);
    }
}
