package dev.tern.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.bench.report.RunFile.Asserted;
import dev.tern.bench.report.WindowCounts.Batches;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunPageTest {
    private final RunFile run = RunFile.parse(Reports.report("<ranker>", 1));

    @Test
    void aReportIsReadBack() {
        assertThat(run.title()).isEqualTo("<ranker> at localhost:8001");
        assertThat(run.subtitle()).isEqualTo("server tern 0.1, begun 2026-01-02T03:04:05Z, measured by tern-bench 1.0");
        assertThat(run.latencies().getTotalCount()).isEqualTo(1_000);
        assertThat(run.number("requests.sent")).isEqualTo(1_001);
        assertThat(run.number("requests.lost.somewhere")).isNaN();
        assertThat(run.settings())
                .containsEntry("load.concurrency", "64")
                .containsEntry("shapes.a<b", "1,2")
                .containsEntry("model.inputs", "x FP32 [1,3]");
        assertThat(run.assertions()).containsExactly(new Asserted("p99<20ms", "990 ms", false));
    }

    @Test
    void rangesOfBatchesAreNamedAndTheirEmptyEndsLeftOut() {
        assertThat(run.server().orElseThrow().batches())
                .containsExactly(
                        new Batches("2", 50),
                        new Batches("3–4", 150),
                        new Batches("5–8", 49),
                        new Batches("over 8", 1));
    }

    @Test
    void thePageShowsWhatTheReportHolds() {
        Page page = Page.parse(RunPage.of(run));
        assertThat(page.texts("h1")).containsExactly("<ranker> at localhost:8001");
        assertThat(page.texts("dd"))
                .containsExactly(
                        "333/s",
                        "300/s",
                        "500.2 ms",
                        "990.4 ms",
                        "999.3 ms",
                        "1.00 s",
                        "0.100%",
                        "4 rows",
                        "150 us",
                        "2.00 ms");
        assertThat(page.captions())
                .containsExactly(
                        "Latency by percentile",
                        "Latency over time",
                        "Throughput over time",
                        "Requests in flight",
                        "Where the time goes",
                        "Batch sizes");
        // Three nines, a point for each twentieth of one, both ends; and seconds are points.
        assertThat(page.points("Latency by percentile")).containsExactly(61);
        assertThat(page.points("Latency over time")).containsExactly(3, 3, 3);
        assertThat(page.points("Throughput over time")).containsExactly(3, 3);
        assertThat(page.rows(0)).containsExactly("condition | measured | verdict", "p99<20ms | 990 ms | NOT MET");
        assertThat(page.rows(1)).contains("p90 | 900.2 ms | 100", "p99.9 | 999.3 ms | 1", "max | 1.00 s | 0");
        assertThat(page.texts("li")).containsExactly("all is <well> & good.");
    }

    /** Two models, of which the server tells of one, and two steps. */
    @Test
    void thePartsOfARunHaveTables() {
        String json =
                Reports.report("m", 1).replaceFirst("\"models\": .*", """
                        "models": [
                          {"name": "ranker", "weight": 3.0, "sent": 700, "answered": 700, "failed": 0,
                           "requests_per_second": 233.3,
                           "latency_us": {"mean": 2000.0, "p50": 1500.0, "p99": 9000.0, "p99_9": 12000.0},
                           "server": {"source": "/metrics", "queued": 9, "queue_mean_us": 150.0, "runs": 250,
                             "run_mean_us": 900.0, "batch_rows_mean": 4.0, "batch_rows_are_ranges": false,
                             "batch_rows": [{"rows": 4, "runs": 250}]}},
                          {"name": "<encoder>", "weight": 1.0, "sent": 300, "answered": 0, "failed": 300,
                           "requests_per_second": 0.0, "latency_us": {"mean": 0.0}}],
                        "steps": [
                          {"rates": "100", "seconds": 1.0, "sent": 100, "answered": 100, "failed": 0,
                           "requests_per_second": 100.0, "latency_us": {"mean": 1.0, "p50": 500.0, "p99": 600.0,
                           "p99_9": 700.0}},
                          {"rates": "500 to 1,000", "seconds": 2.0, "sent": 900, "answered": 0, "failed": 900,
                           "requests_per_second": 0.0, "latency_us": {"mean": 0.0}}],""").replace("\"window\": {", "\"other\": {");
        String html = RunPage.of(RunFile.parse(json));
        Page page = Page.parse(html);
        assertThat(page.texts("h1")).containsExactly("ranker + <encoder> at localhost:8001");
        assertThat(page.texts("h2")).containsSubsequence("Models", "Steps", "Settings");
        assertThat(page.rows(2))
                .contains(
                        "ranker | 75.00% | 700 | 233/s | 0 | 1.50 ms | 9.00 ms | 12.0 ms | 4 | 150 us | 900 us",
                        "<encoder> | 25.00% | 300 | 0/s | 300 | - | - | - | - | - | -");
        assertThat(page.rows(3))
                .contains(
                        "100/s | 1 s | 100 | 100/s | 0 | 500 us | 600 us | 700 us",
                        "500 to 1,000/s | 2 s | 900 | 0/s | 900 | - | - | -");
        assertThat(page.captions())
                .contains("Where the time goes: ranker", "Batch sizes: ranker")
                .doesNotContain("Where the time goes", "Batch sizes: <encoder>");
        // In each of the three plots over time, one where each step begins.
        assertThat(html.split("class=\"edge\"", -1)).hasSize(1 + 3 * 2);
        assertThat(html).contains(">500 to 1,000/s</text>", ">100/s</text>");
    }

    @Test
    void whatAReportLacksIsLeftOut() {
        String json = Reports.report("m", 1)
                .replace("\"seconds\": {", "\"other\": {")
                .replace("\"window\": {", "\"other\": {")
                .replace("\"assertions\"", "\"others\"");
        Page page = Page.parse(RunPage.of(RunFile.parse(json)));
        assertThat(page.captions()).containsExactly("Latency by percentile");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "no JSON {", "{\"latency_histogram_ns\": \"AAAA\"}", "{\"schema\": 1}"})
    void whatIsNoReportIsRefused(String text) {
        assertThatThrownBy(() -> RunFile.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("it is not a report of 'tern-bench run --json'");
    }
}
