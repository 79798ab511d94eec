package dev.tern.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {
    private enum Refused {
        QUEUE_FULL
    }

    private enum Dropped {
        GONE
    }

    private enum Evicted {
        SIZE,
        EXPIRED
    }

    private enum Kind {
        NOT_FOUND,
        DEADLINE_EXCEEDED
    }

    private static final String LABELS = "{model=\"ranker\",version=\"1\"";

    private final Telemetry telemetry = new Telemetry(
            new Outcomes(Kind.class, Refused.class, Dropped.class, Evicted.class), "1.2.3", () -> 4_096, () -> 512);

    @AfterEach
    void close() {
        telemetry.close();
    }

    @Test
    void everySeriesOfAVersionIsThereBeforeItsFirstRequest() {
        telemetry.recorder("ranker", "1");

        assertThat(scrape().lines())
                .contains(
                        "tern_inference_requests_total{model=\"ranker\",outcome=\"success\",version=\"1\"} 0.0",
                        "tern_inference_requests_total{model=\"ranker\",outcome=\"not_found\",version=\"1\"} 0.0",
                        "tern_inference_requests_total{model=\"ranker\",outcome=\"deadline_exceeded\",version=\"1\"} 0.0",
                        "tern_inference_request_duration_seconds_count" + LABELS + "} 0",
                        "tern_inference_queue_duration_seconds_count" + LABELS + "} 0",
                        "tern_inference_executions_total{model=\"ranker\",outcome=\"success\",version=\"1\"} 0.0",
                        "tern_inference_executions_total{model=\"ranker\",outcome=\"failure\",version=\"1\"} 0.0",
                        "tern_inference_execution_duration_seconds_count" + LABELS + "} 0",
                        "tern_inference_batch_size_count" + LABELS + "} 0",
                        "tern_model_ready" + LABELS + "} 0.0");
    }

    @Test
    void requestsAreCountedByOutcomeAndTimedWhenAnswered() {
        ModelRecorder recorder = telemetry.recorder("ranker", "1");
        recorder.succeeded(TimeUnit.MICROSECONDS.toNanos(60));
        recorder.succeeded(TimeUnit.SECONDS.toNanos(11));
        recorder.failed(Kind.DEADLINE_EXCEEDED);

        assertThat(scrape().lines())
                .contains(
                        "tern_inference_requests_total{model=\"ranker\",outcome=\"success\",version=\"1\"} 2.0",
                        "tern_inference_requests_total{model=\"ranker\",outcome=\"deadline_exceeded\",version=\"1\"} 1.0",
                        "tern_inference_request_duration_seconds_bucket" + LABELS + ",le=\"5.0E-5\"} 0",
                        "tern_inference_request_duration_seconds_bucket" + LABELS + ",le=\"1.0E-4\"} 1",
                        "tern_inference_request_duration_seconds_bucket" + LABELS + ",le=\"10.0\"} 1",
                        "tern_inference_request_duration_seconds_bucket" + LABELS + ",le=\"+Inf\"} 2",
                        "tern_inference_request_duration_seconds_sum" + LABELS + "} 11.00006");
    }

    @Test
    void ofDriftThereIsASeriesForEachFeatureAndItGoesWithTheLastThatHasIt() {
        DriftRecorder before = telemetry.driftRecorder("ranker", "1", List.of("x", "y"));
        before.rows(7);
        before.dropped();
        before.numbers(0, 0.25, 0.5, true);
        before.categories(1, 0.125, 0.75, false);
        assertThat(scrape().lines())
                .contains(
                        "tern_drift_rows_total" + LABELS + "} 7.0",
                        "tern_drift_dropped_total" + LABELS + "} 1.0",
                        "tern_drift_ks{feature=\"x\",model=\"ranker\",version=\"1\"} 0.25",
                        "tern_drift_psi{feature=\"x\",model=\"ranker\",version=\"1\"} NaN",
                        "tern_drift_drifted{feature=\"x\",model=\"ranker\",version=\"1\"} 1.0",
                        "tern_drift_ks{feature=\"y\",model=\"ranker\",version=\"1\"} NaN",
                        "tern_drift_psi{feature=\"y\",model=\"ranker\",version=\"1\"} 0.125",
                        "tern_drift_p_value{feature=\"y\",model=\"ranker\",version=\"1\"} 0.75",
                        "tern_drift_drifted{feature=\"y\",model=\"ranker\",version=\"1\"} 0.0");

        DriftRecorder after = telemetry.driftRecorder("ranker", "1", List.of("x", "z"));
        before.close();
        assertThat(scrape().lines())
                .contains("tern_drift_drifted{feature=\"x\",model=\"ranker\",version=\"1\"} 0.0")
                .contains("tern_drift_p_value{feature=\"z\",model=\"ranker\",version=\"1\"} NaN")
                .noneMatch(line -> line.contains("feature=\"y\""));
        after.close();
        assertThat(scrape()).doesNotContain("tern_drift");
    }

    @Test
    void requestsThatFindNoModelAreCountedWithoutAName() {
        telemetry.unresolvedRequest(Kind.NOT_FOUND);

        assertThat(scrape().lines())
                .contains(
                        "tern_inference_unresolved_requests_total{outcome=\"not_found\"} 1.0",
                        "tern_inference_unresolved_requests_total{outcome=\"deadline_exceeded\"} 0.0");
    }

    @Test
    void executionsAreCountedTimedAndSized() {
        ModelRecorder recorder = telemetry.recorder("ranker", "1");
        recorder.executed(3, TimeUnit.MILLISECONDS.toNanos(2));
        recorder.executed(64, TimeUnit.MILLISECONDS.toNanos(2));
        recorder.executionFailed();
        recorder.queued(TimeUnit.MILLISECONDS.toNanos(1));

        assertThat(scrape().lines())
                .contains(
                        "tern_inference_batch_size_bucket" + LABELS + ",le=\"2.0\"} 0",
                        "tern_inference_batch_size_bucket" + LABELS + ",le=\"4.0\"} 1",
                        "tern_inference_batch_size_bucket" + LABELS + ",le=\"32.0\"} 1",
                        "tern_inference_batch_size_bucket" + LABELS + ",le=\"64.0\"} 2",
                        "tern_inference_batch_size_sum" + LABELS + "} 67.0",
                        "tern_inference_executions_total{model=\"ranker\",outcome=\"success\",version=\"1\"} 2.0",
                        "tern_inference_executions_total{model=\"ranker\",outcome=\"failure\",version=\"1\"} 1.0",
                        "tern_inference_execution_duration_seconds_sum" + LABELS + "} 0.004",
                        "tern_inference_queue_duration_seconds_sum" + LABELS + "} 0.001");
    }

    @Test
    void readinessIsAGauge() {
        ModelRecorder recorder = telemetry.recorder("ranker", "1");
        recorder.ready(true);
        assertThat(scrape()).contains("tern_model_ready" + LABELS + "} 1.0");

        recorder.ready(false);
        assertThat(scrape()).contains("tern_model_ready" + LABELS + "} 0.0");
    }

    @Test
    void aClosedVersionIsGoneAndTheOthersStay() {
        ModelRecorder retired = telemetry.recorder("ranker", "1");
        telemetry.recorder("ranker", "2");

        retired.close();
        retired.succeeded(1);

        assertThat(scrape())
                .doesNotContain("version=\"1\"}")
                .contains("tern_model_ready{model=\"ranker\",version=\"2\"}");
    }

    @Test
    void aReloadedVersionKeepsItsMetersUntilTheLastUserCloses() {
        ModelRecorder before = telemetry.recorder("ranker", "1");
        before.succeeded(1);
        ModelRecorder after = telemetry.recorder("ranker", "1");
        before.close();
        before.close();
        after.succeeded(1);

        assertThat(scrape())
                .contains("tern_inference_requests_total{model=\"ranker\",outcome=\"success\",version=\"1\"} 2.0");

        after.close();
        assertThat(scrape()).doesNotContain("ranker");
    }

    @Test
    void theCacheOfAVersionIsMeasured() {
        CacheRecorder recorder = telemetry.cacheRecorder("ranker", "1");
        recorder.hit(TimeUnit.MICROSECONDS.toNanos(2));
        recorder.hit(TimeUnit.MICROSECONDS.toNanos(3));
        recorder.missed(TimeUnit.MICROSECONDS.toNanos(4));
        recorder.kept(TimeUnit.MICROSECONDS.toNanos(5));
        recorder.tooLarge();
        recorder.coalesced();
        recorder.rows(1, 2, 3, 4);
        recorder.bypassed();
        recorder.spared();

        String level = "{level=\"l1\",model=\"ranker\",";
        assertThat(scrape().lines())
                .contains(
                        "tern_cache_lookups_total" + level + "outcome=\"hit\",version=\"1\"} 2.0",
                        "tern_cache_lookups_total" + level + "outcome=\"miss\",version=\"1\"} 1.0",
                        "tern_cache_lookup_duration_seconds_sum" + level + "outcome=\"hit\",version=\"1\"} 5.0E-6",
                        "tern_cache_lookup_duration_seconds_count" + level + "outcome=\"miss\",version=\"1\"} 1",
                        "tern_cache_insert_duration_seconds_sum" + level + "version=\"1\"} 5.0E-6",
                        "tern_cache_too_large_total{model=\"ranker\",version=\"1\"} 1.0",
                        "tern_cache_coalesced_total{model=\"ranker\",version=\"1\"} 1.0",
                        "tern_cache_rows_total{model=\"ranker\",outcome=\"l1\",version=\"1\"} 1.0",
                        "tern_cache_rows_total{model=\"ranker\",outcome=\"l2\",version=\"1\"} 2.0",
                        "tern_cache_rows_total{model=\"ranker\",outcome=\"computed\",version=\"1\"} 3.0",
                        "tern_cache_rows_total{model=\"ranker\",outcome=\"repeated\",version=\"1\"} 4.0",
                        "tern_cache_unasked_total{control=\"bypass\",model=\"ranker\",version=\"1\"} 1.0",
                        "tern_cache_unasked_total{control=\"spared\",model=\"ranker\",version=\"1\"} 1.0",
                        "tern_cache_unasked_total{control=\"refresh\",model=\"ranker\",version=\"1\"} 0.0");
        recorder.close();
        assertThat(scrape()).doesNotContain("tern_cache_");
    }

    @Test
    void whatIsKeptOfAModelIsMeasuredUntilItsLastVersionIsClosed() {
        CacheSpaceRecorder first = telemetry.cacheSpaceRecorder("ranker");
        CacheSpaceRecorder second = telemetry.cacheSpaceRecorder("ranker");
        first.changed(2, 300);
        second.changed(-1, -100);
        second.evicted(Evicted.SIZE);
        second.close();

        assertThat(scrape().lines())
                .contains(
                        "tern_cache_entries{model=\"ranker\"} 1.0",
                        "tern_cache_memory_bytes{model=\"ranker\"} 200.0",
                        "tern_cache_evictions_total{cause=\"size\",model=\"ranker\"} 1.0",
                        "tern_cache_evictions_total{cause=\"expired\",model=\"ranker\"} 0.0");
        first.close();
        assertThat(scrape()).doesNotContain("tern_cache_");
    }

    @Test
    void theProcessIsMeasuredToo() {
        assertThat(scrape())
                .contains(
                        "jvm_memory_used_bytes{",
                        "jvm_threads_live_threads ",
                        "jvm_gc_memory_allocated_bytes_total ",
                        "process_uptime_seconds ",
                        "tern_netty_direct_memory_bytes 4096.0",
                        "tern_netty_direct_in_use_bytes 512.0",
                        "tern_build_info{java=\"" + Runtime.version() + "\",version=\"1.2.3\"} 1");
    }

    @Test
    void everyMeterIsExplained() {
        telemetry.recorder("ranker", "1");
        telemetry.cacheRecorder("ranker", "1");
        telemetry.cacheSpaceRecorder("ranker");
        telemetry.cacheMemory(1);
        telemetry.rolloutRecorder("ranker", Kind.class);
        telemetry.driftRecorder("ranker", "1", List.of("x"));
        RedisTelemetry redis = telemetry.redis(new RedisOutcomes(Kind.class, Refused.class, Dropped.class));
        redis.recorder("ranker", "1");
        redis.level(() -> 0, () -> 0, () -> 0, () -> 0, () -> 0);
        redis.tracking(() -> 0, () -> 0);
        telemetry.shadowRecorder("ranker", "1", Kind.class);
        String text = scrape();

        for (TernMeter meter : TernMeter.values()) {
            assertThat(text)
                    .containsPattern(Pattern.compile("# HELP " + meter.id().replace('.', '_')
                            + "(_total|_seconds|_bytes)? " + Pattern.quote(meter.meaning())));
        }
    }

    @Test
    void theScraperChoosesTheFormat() {
        assertThat(telemetry.scrape("text/plain").contentType()).startsWith("text/plain; version=0.0.4");

        Scrape open = telemetry.scrape("application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3");
        assertThat(open.contentType()).startsWith("application/openmetrics-text");
        assertThat(open.text()).endsWith("# EOF\n");
    }

    private String scrape() {
        return telemetry.scrape("").text();
    }
}
