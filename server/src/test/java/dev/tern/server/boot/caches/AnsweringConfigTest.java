package dev.tern.server.boot.caches;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.tern.proto.inference.ModelConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnsweringConfigTest {
    private static final String MODEL = "name: 'm' max_batch_size: 8 input { name: 'x' data_type: TYPE_FP32 dims: 4 } ";

    private static byte[] bytes(String more) throws TextFormat.ParseException {
        return AnsweringConfig.bytes(TextFormat.parse(MODEL + more, ModelConfig.class));
    }

    private static String parameter(String key, String value) {
        return "parameters { key: '" + key + "' value { string_value: '" + value + "' } } ";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: 'other'",
                "version_policy { all {} }",
                "instance_group { count: 2 }",
                "dynamic_batching { max_queue_delay_microseconds: 5 }",
                "model_warmup { name: 'w' }",
                "response_cache { enable: true }",
                "parameters { key: 'tern.cache.ttl_ms' value { string_value: '5' } }",
                "parameters { key: 'tern.batching.mode' value { string_value: 'adaptive' } }",
                "parameters { key: 'tern.version.labels' value { string_value: 'stable:1' } }"
            })
    void whatOnlySaysWhenAndWhereAModelRunsChangesNothing(String more) throws Exception {
        assertThat(bytes(more)).isEqualTo(bytes(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max_batch_size: 4",
                "output { name: 'y' data_type: TYPE_FP32 dims: 2 }",
                "optimization { graph { level: 1 } }",
                "parameters { key: 'tern.batching.pad' value { string_value: 'x:0' } }",
                "parameters { key: 'intra_op_thread_count' value { string_value: '2' } }"
            })
    void whatAnAnswerMayDependOnChangesAll(String more) throws Exception {
        assertThat(bytes(more)).isNotEqualTo(bytes(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tern.ort.session.a", "tern.batching.tolerance"})
    void parametersHaveNoOrder(String key) throws Exception {
        assertThat(bytes(parameter(key, "1") + parameter("z", "2")))
                .isEqualTo(bytes(parameter("z", "2") + parameter(key, "1")));
    }
}
