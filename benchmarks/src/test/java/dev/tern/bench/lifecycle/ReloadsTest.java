package dev.tern.bench.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Series;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReloadsTest {
    @Test
    void whatWasNotMeasuredReachesNothing() {
        List<Figure> figures = Reloads.figures(
                1_000,
                new Slices("without reloads"),
                new Slices("with reloads"),
                List.of(new Series("reloads", List.of(15.0))));
        assertThat(figures)
                .extracting(each -> each.ratios().name())
                .containsExactly(
                        "mlp-1024-unbatched at 1,000 requests/s: p99 with a reload every 2 s over without",
                        "mlp-1024-unbatched at 1,000 requests/s: requests without an answer, with reloads",
                        "mlp-1024-unbatched at 1,000 requests/s: answers of the version that gave fewer, with reloads",
                        "mlp-1024-unbatched at 1,000 requests/s: answers that are not those of the version they claim, of 0");
        assertThat(figures.get(0).isReached()).isFalse();
    }
}
