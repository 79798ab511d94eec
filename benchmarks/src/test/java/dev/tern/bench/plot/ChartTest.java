package dev.tern.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.measure.Units;
import dev.tern.bench.plot.Bars.Bar;
import dev.tern.bench.plot.Line.Spot;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChartTest {
    private static final Axis X = new Axis("rate", LinearScale.upTo(10, Double::toString));
    private static final Axis Y = new Axis("latency", LinearScale.upTo(100, Double::toString));

    @Test
    void pointsLieWhereTheirAxesPutThem() {
        Line line = new Line("p99", List.of(spot(0, 0), spot(5, 50), spot(10, 100), spot(7, Double.NaN)));
        String svg = new Chart("a chart", X, Y, List.of(line)).svg();
        assertThat(svg)
                .contains("points=\"76,276 388,158 700,40\"")
                .contains("class=\"line s0\"", ">p99</text>", ">rate</text>", ">latency</text>")
                .contains("<title>at 5.0</title>")
                .doesNotContain("NaN");
    }

    @Test
    void theLastTickStaysWithinThePicture() {
        Line line = new Line("p99", List.of(spot(0, 0)));
        Axis wide = new Axis("rate", LinearScale.upTo(60_000, Units::number));
        assertThat(new Chart("", wide, Y, List.of(line)).svg())
                .contains("x=\"720\" y=\"294\" text-anchor=\"end\">60,000</text>", "text-anchor=\"middle\">0</text>");
    }

    @Test
    void edgesStandWhereSomethingBeginsAndAreNamedWhereThereIsRoom() {
        Line line = new Line("p99", List.of(spot(0, 0)));
        List<Chart.Edge> edges =
                List.of(new Chart.Edge(0, "100/s"), new Chart.Edge(0.1, "200/s"), new Chart.Edge(5, "a<b"));
        String svg = new Chart("", X, Y, List.of(line), edges).svg();
        assertThat(svg)
                .contains("<line class=\"edge\" x1=\"388\" y1=\"40\" x2=\"388\" y2=\"276\"/>")
                .contains(">200/s</text>", ">a&lt;b</text>")
                .doesNotContain("100/s");
        assertThat(svg.split("class=\"edge\"", -1)).hasSize(4);
    }

    @Test
    void linesDifferInMoreThanColour() {
        Line one = new Line("one", List.of(spot(1, 1)));
        Line other = new Line("other", List.of(spot(2, 2)));
        String svg = new Chart("", X, Y, List.of(one, other)).svg();
        assertThat(svg).contains("class=\"line s0\"", "class=\"line s1\"", "a3.5 3.5", "h6.4v6.4");
    }

    @Test
    void longLinesAreMarkedHereAndThere() {
        List<Spot> spots =
                IntStream.range(0, 600).mapToObj(each -> spot(each / 60.0, 1)).toList();
        String svg = new Chart("", X, Y, List.of(new Line("long", spots))).svg();
        // One more for the legend.
        assertThat(svg.split("class=\"mark", -1)).hasSize(1 + 12 + 1);
    }

    @Test
    void barsStandOnTheAxis() {
        String svg = new Bars("sizes", "rows", Y, List.of(new Bar("1", 100, "a"), new Bar("2 & more", 50, "b"))).svg();
        assertThat(svg)
                .contains("x=\"122.8\" y=\"40\" width=\"218.4\" height=\"236\"><title>a</title>")
                .contains("y=\"158\" width=\"218.4\" height=\"118\"")
                .contains("2 &amp; more");
    }

    private static Spot spot(double x, double y) {
        return new Spot(x, y, "at " + x);
    }
}
