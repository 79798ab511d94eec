package dev.tern.server.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.batching.policy.Waiting;
import dev.tern.server.engine.onnx.SessionSettings;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.TensorSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSettingsTest {
    @Test
    void parametersMeanWhatTritonSaysAndNothingMeansTheDefaults() throws Exception {
        assertThat(settings("").session()).isEqualTo(SessionSettings.defaults());
        assertThat(settings(parameter("intra_op_thread_count", "0")).session()).isEqualTo(SessionSettings.defaults());

        SessionSettings set = settings("optimization { graph { level: -1 } }"
                        + parameter("intra_op_thread_count", "4")
                        + parameter("inter_op_thread_count", "2")
                        + parameter("execution_mode", "1")
                        + parameter("enable_mem_arena", "0")
                        + parameter("enable_mem_pattern", "0")
                        + parameter("tern.ort.session.session.disable_prepacking", "1"))
                .session();

        assertThat(set.intraOpThreads()).isEqualTo(4);
        assertThat(set.interOpThreads()).isEqualTo(2);
        assertThat(set.parallelExecution()).isTrue();
        assertThat(set.graphOptimizationLevel()).isEqualTo(-1);
        assertThat(set.memoryArena()).isFalse();
        assertThat(set.memoryPattern()).isFalse();
        assertThat(set.configEntries()).containsEntry("session.disable_prepacking", "1");
    }

    @Test
    void theToleranceIsTenThousandthUnlessSet() throws Exception {
        assertThat(settings("").tolerance()).isEqualTo(1e-4);
        assertThat(settings(parameter("tern.batching.tolerance", "0.25")).tolerance())
                .isEqualTo(0.25);
    }

    @Test
    void aHundredthMustBeFoundUnlessSet() throws Exception {
        assertThat(settings("").cache().minHitRatio()).isEqualTo(0.01);
        assertThat(settings(parameter("tern.cache.min_hit_ratio", "0.25"))
                        .cache()
                        .minHitRatio())
                .isEqualTo(0.25);
    }

    @Test
    void redisKeepsAnswersNoLongerThanTheMemoryUnlessTheModelSaysSo() throws Exception {
        String ttl = "tern.cache.ttl_ms";
        assertThat(settings("").redisTimes().ttlMillis()).isEqualTo(3_600_000);
        assertThat(settings(parameter(ttl, "0")).redisTimes().ttlMillis()).isEqualTo(3_600_000);
        assertThat(settings(parameter(ttl, "250")).redisTimes().ttlMillis()).isEqualTo(250);
        assertThat(settings(parameter(ttl, "7200000")).redisTimes().ttlMillis()).isEqualTo(3_600_000);
        assertThat(settings(parameter(ttl, "250") + parameter("tern.cache.l2_ttl_ms", "900"))
                        .redisTimes()
                        .ttlMillis())
                .isEqualTo(900);
    }

    @Test
    void anAnswerInRedisMayBeAsOldAsOneInMemory() throws Exception {
        assertThat(settings("").redisTimes().maxAgeMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(settings(parameter("tern.cache.ttl_ms", "250")).redisTimes().maxAgeMillis())
                .isEqualTo(250);
    }

    @Test
    void aRequestMayHaveMoreRowsThanARunOnlyWhereLargeOnesAreSplit() throws Exception {
        String split = parameter("tern.batching.split_large_requests", "true");
        Signature none = new Signature(List.of(), List.of());
        assertThat(settings("max_batch_size: 8").contract(none).splitsLargeRequests())
                .isFalse();
        assertThat(settings("max_batch_size: 8" + parameter("tern.batching.split_large_requests", "false"))
                        .contract(none)
                        .maxRows())
                .isEqualTo(8);
        assertThat(settings("max_batch_size: 8" + split).contract(none).splitsLargeRequests())
                .isTrue();
        assertThat(settings("max_batch_size: 8" + split).contract(none).maxRows())
                .isEqualTo(8 * 4096);
        assertThat(settings(split).contract(none).splitsLargeRequests()).isFalse();
    }

    @Test
    void aRequestHasNoMorePartsThanTheQueueHasPlaces() throws Exception {
        String split = parameter("tern.batching.split_large_requests", "true");
        Signature none = new Signature(List.of(), List.of());
        assertThat(settings("max_batch_size: 8 dynamic_batching { priority_levels: 2"
                                + " default_queue_policy { max_queue_size: 100 }"
                                + " priority_queue_policy { key: 1 value { max_queue_size: 20 } } }" + split)
                        .contract(none)
                        .maxRows())
                .isEqualTo(8 * 20);
    }

    @Test
    void timesAndSizesAreUnsigned() throws Exception {
        SchedulerSettings settings = settings("max_batch_size: 8 dynamic_batching {"
                        + " max_queue_delay_microseconds: 18446744073709551615 default_queue_policy {"
                        + " default_timeout_microseconds: 18446744073709551615 max_queue_size: 3000000000 } }")
                .scheduling(4096, Duration.ZERO);
        assertThat(settings.policy(1).timeoutAt(1, 0)).isEqualTo(Waiting.NO_DEADLINE);
        assertThat(settings.policy(1).maxQueueSize()).isEqualTo(Integer.MAX_VALUE);
        assertThat(settings.maxQueueDelayNanos())
                .isEqualTo(Duration.ofDays(3650).toNanos());
    }

    @Test
    void batchingTakesDelaysInMicroseconds() throws Exception {
        assertThat(settings("max_batch_size: 8").scheduling(0, Duration.ZERO)).hasToString("one request a run");
        assertThat(settings("max_batch_size: 8 dynamic_batching { preferred_batch_size: [ 8, 4 ]"
                                + " max_queue_delay_microseconds: 100 }")
                        .scheduling(0, Duration.ZERO))
                .hasToString("up to 8 rows, preferred [4, 8], delay 100 us");
    }

    @Test
    void aModelSaysWhatItsRunsMayTakeElseTheServer() throws Exception {
        Duration server = Duration.ofSeconds(3);
        String own = "parameters { key: 'tern.max_execution_ms' value { string_value: '%s' } }";
        assertThat(settings("").scheduling(0, server).maxExecutionNanos()).isEqualTo(3_000_000_000L);
        assertThat(settings(own.formatted("0.25e4")).scheduling(0, server).maxExecutionNanos())
                .isEqualTo(2_500_000_000L);
        assertThat(settings(own.formatted("0")).scheduling(0, server).maxExecutionNanos())
                .isZero();
    }

    @Test
    void instancesOfAllActiveGroupsCount() throws Exception {
        assertThat(settings("instance_group { count: 2 } instance_group { count: 3 } instance_group { count: 9 passive:"
                                + " true }")
                        .instances())
                .isEqualTo(5);
    }

    @Test
    void theModelTakesReshapedInputsAndScalars() throws Exception {
        ModelSettings batched = settings("max_batch_size: 4"
                + " input { name: 'a' data_type: TYPE_FP32 dims: [ 2, 3 ] reshape { shape: [ 6 ] } }"
                + " input { name: 'b' data_type: TYPE_INT64 dims: 1 reshape {} }");
        Signature rows = new Signature(
                List.of(
                        new TensorSpec("a", DataType.FP32, Shape.of(-1, 6)),
                        new TensorSpec("b", DataType.INT64, Shape.of(-1))),
                List.of());
        ModelSettings whole = settings("input { name: 's' data_type: TYPE_FP32 dims: 1 }");
        Signature scalar = new Signature(List.of(new TensorSpec("s", DataType.FP32, Shape.of())), List.of());

        assertThat(ModelSettings.modelInputs(batched.contract(rows))).isEqualTo(rows.inputs());
        ModelContract contract = whole.contract(scalar);
        assertThat(ModelSettings.modelInputs(contract)).isEqualTo(scalar.inputs());
        assertThat(contract.inputs().get(0).dims()).isEqualTo(Shape.of(1));
    }

    private static String parameter(String key, String value) {
        return " parameters { key: '" + key + "' value { string_value: '" + value + "' } }";
    }

    private static ModelSettings settings(String config) throws Exception {
        ModelConfig.Builder parsed = ModelConfig.newBuilder().setName("m");
        TextFormat.merge(config, parsed);
        return new ModelSettings(parsed.build());
    }
}
