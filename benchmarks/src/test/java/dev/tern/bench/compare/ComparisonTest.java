package dev.tern.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.measure.Objective;
import dev.tern.bench.report.Page;
import dev.tern.bench.report.Reports;
import dev.tern.bench.report.RunFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private final Comparison comparison = new Comparison(
            List.of("before.json", "after.json"),
            List.of(RunFile.parse(Reports.report("ranker", 1)), RunFile.parse(Reports.report("ranker2", 0.5))),
            Contest.judge(
                    Objective.parseComparing("p99<=0.5x,p50<200ms,errors<=1x"),
                    RunFile.parse(Reports.report("ranker", 1)).measurement(),
                    RunFile.parse(Reports.report("ranker2", 0.5)).measurement()));

    @Test
    void ratiosAreTheSecondsOverTheFirsts() {
        assertThat(comparison.text())
                .contains("A  before.json: ranker at localhost:8001, server tern 0.1, begun")
                .containsPattern("rate +333/s +333/s +1.000\n")
                .containsPattern("p99 +990.4 ms +495.2 ms +0.500\n")
                .containsPattern("mean batch +4 +4 +1.000\n")
                .containsPattern(
                        "asserted +p99<=0.5x +0.500x   met\n +p50<200ms +250.1 ms   NOT MET\n +errors<=1x +1.000x")
                .contains("note: A: all is <well> & good.\nnote: B: all is <well> & good.\n")
                .containsPattern("settings that differ, A \\| B\nmodel.name +ranker \\| ranker2\n");
    }

    @Test
    void thePageHasBothInOnePlot() {
        Page page = Page.parse(comparison.html());
        assertThat(page.texts("h1")).containsExactly("before.json and after.json");
        assertThat(page.captions()).containsExactly("Latency by percentile", "p99 over time", "Throughput over time");
        assertThat(page.points("Latency by percentile")).containsExactly(61, 61);
        assertThat(page.points("p99 over time")).containsExactly(3, 3);
        assertThat(page.rows(0))
                .contains("figure | A: before.json | B: after.json | B/A", "p50 | 500.2 ms | 250.1 ms | 0.500");
        assertThat(page.texts("li")).containsExactly("A: all is <well> & good.", "B: all is <well> & good.");
        assertThat(page.rows(1))
                .containsExactly(
                        "condition | measured | verdict",
                        "p99<=0.5x | 0.500x | met",
                        "p50<200ms | 250.1 ms | NOT MET",
                        "errors<=1x | 1.000x | met");
        assertThat(page.rows(2)).containsExactly("setting | A | B", "model.name | ranker | ranker2");
    }
}
