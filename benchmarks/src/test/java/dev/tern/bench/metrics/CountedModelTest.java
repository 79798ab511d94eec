package dev.tern.bench.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.measure.ServerCounts;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CountedModelTest {
    private static final String TERN = """
            # HELP tern_inference_batch_size Rows in each successful run of the model.
            # TYPE tern_inference_batch_size histogram
            tern_inference_batch_size_bucket{model="ranker",version="1",le="1.0"} 2
            tern_inference_batch_size_bucket{model="ranker",version="1",le="2.0"} 2
            tern_inference_batch_size_bucket{model="ranker",version="1",le="4.0"} 5
            tern_inference_batch_size_bucket{model="ranker",version="1",le="+Inf"} 6
            tern_inference_batch_size_count{model="ranker",version="1"} 6
            tern_inference_batch_size_sum{model="ranker",version="1"} 25.0
            tern_inference_execution_duration_seconds_count{model="ranker",version="1"} 6
            tern_inference_execution_duration_seconds_sum{model="ranker",version="1"} 0.012
            tern_inference_queue_duration_seconds_count{model="ranker",version="1"} 25
            tern_inference_queue_duration_seconds_sum{model="ranker",version="1"} 5.0E-2
            tern_inference_execution_duration_seconds_count{model="ranker",version="2"} 4
            tern_inference_execution_duration_seconds_count{model="other",version="1"} 1000
            """;

    @Test
    void ternsNamesAreKnown() {
        ServerCounts counts = on(TERN, "ranker", "1");
        assertThat(counts.runs()).isEqualTo(6);
        assertThat(counts.waits()).isEqualTo(25);
        assertThat(counts.meanWaitMicros()).isEqualTo(2_000);
        assertThat(counts.meanRunMicros()).isEqualTo(2_000);
        assertThat(counts.rows()).isEqualTo(25);
        assertThat(counts.ranges()).isTrue();
        assertThat(counts.runsByRows()).isEqualTo(Map.of(1L, 2L, 2L, 0L, 4L, 3L, Long.MAX_VALUE, 1L));
    }

    @Test
    void withoutAVersionAllAreAddedUp() {
        assertThat(on(TERN, "ranker", "").runs()).isEqualTo(10);
        assertThat(on(TERN, "ranker", "2").runs()).isEqualTo(4);
    }

    @Test
    void tritonsNamesAreKnown() {
        ServerCounts counts = on("""
                nv_inference_request_success{model="mlp",version="1"} 40
                nv_inference_count{model="mlp",version="1"} 80
                nv_inference_exec_count{model="mlp",version="1"} 10
                nv_inference_queue_duration_us{model="mlp",version="1"} 4000
                nv_inference_compute_infer_duration_us{model="mlp",version="1"} 90000
                """, "mlp", "");
        assertThat(counts.meanRows()).isEqualTo(8);
        assertThat(counts.meanWaitMicros()).isEqualTo(100);
        // Each request counts its whole run there: no mean of runs can be had from it.
        assertThat(counts.meanRunMicros()).isNaN();
        assertThat(counts.runsByRows()).isEmpty();
    }

    @Test
    void aModelThatIsNotThereIsNotThere() {
        assertThat(CountedModel.on(MetricsPage.parse(TERN), "ranker", "3")).isEmpty();
        assertThat(CountedModel.on(MetricsPage.parse("not a page\n{}\nup 1\nx{ 3"), "ranker", ""))
                .isEmpty();
    }

    @Test
    void labelsMayHoldAnythingAndLinesATime() {
        String page = "nv_inference_exec_count{version=\"1\",model=\"a,\\\"b\\\" {c}\"} 3 1700000000000\n";
        assertThat(on(page, "a,\"b\" {c}", "1").runs()).isEqualTo(3);
    }

    private static ServerCounts on(String page, String model, String version) {
        return CountedModel.on(MetricsPage.parse(page), model, version).orElseThrow();
    }
}
