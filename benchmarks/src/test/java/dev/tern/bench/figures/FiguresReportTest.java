package dev.tern.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tern.bench.process.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiguresReportTest {
    private static final Series BATCHED = new Series("batched, requests/s", List.of(30_000.0, 33_000.0));
    private static final Series UNBATCHED = new Series("unbatched, requests/s", List.of(10_000.0, Double.NaN));
    private static final Reading READING =
            new Reading(100, 90, 80, 70, 0.5, 1.5, Double.NaN, true, Map.of("DEADLINE_EXCEEDED", 10L));
    private static final List<ScenarioResult> RESULTS = List.of(
            new ScenarioResult(
                    "throughput",
                    List.of(
                            new Figure(BATCHED, Goal.atLeast(3), List.of(BATCHED)),
                            Figure.ratio("ratio", BATCHED, UNBATCHED, Goal.atLeast(3)),
                            new Figure(BATCHED, Goal.NONE, List.of())),
                    List.of(new TrialReading("a trial", READING), new TrialReading("a trial", READING)),
                    ""),
            new ScenarioResult("overload", List.of(), List.of(), "the server is gone"));

    @Test
    void theTableHasAllRepetitionsAndVerdicts() {
        assertThat(FiguresTable.of(RESULTS).lines())
                .contains(
                        "| throughput | batched, requests/s | 31,500 | 10% | 30,000, 33,000 | ≥ 3 | yes |",
                        "| throughput | ratio | – | – | 3.000, – | ≥ 3 | no |",
                        "| throughput | batched, requests/s | 31,500 | 10% | 30,000, 33,000 | – | – |",
                        "| overload | not measured: the server is gone | – | – | – | – | no |",
                        "| unbatched, requests/s | – | – | 10,000, – |",
                        "- 2 repetitions limited by the generator, a trial",
                        "- 20 requests ended with DEADLINE_EXCEEDED, a trial");
    }

    @Test
    void jsonHasEveryTrialAndNullForWhatWasNotMeasured() {
        FiguresSettings settings = new FiguresSettings(
                new Launch(Path.of("tern"), "0"),
                2,
                Duration.ofMillis(1_500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5));
        JsonObject report =
                JsonParser.parseString(FiguresJson.of(settings, RESULTS, "1")).getAsJsonObject();
        assertThat(report.get("duration_seconds").getAsDouble()).isEqualTo(1.5);
        JsonObject scenario = report.getAsJsonArray("scenarios").get(0).getAsJsonObject();
        JsonObject figure = scenario.getAsJsonArray("figures").get(1).getAsJsonObject();
        assertThat(figure.get("values")).hasToString("[3.0,null]");
        assertThat(figure.get("median").isJsonNull()).isTrue();
        assertThat(figure.get("reached").getAsBoolean()).isFalse();
        assertThat(scenario.getAsJsonArray("figures")
                        .get(2)
                        .getAsJsonObject()
                        .get("reached")
                        .isJsonNull())
                .isTrue();
        JsonObject trial = scenario.getAsJsonArray("trials").get(0).getAsJsonObject();
        assertThat(trial.get("goodput_per_second").getAsDouble()).isEqualTo(80);
        assertThat(trial.get("refusals")).hasToString("{\"DEADLINE_EXCEEDED\":10}");
    }
}
