package dev.tern.bench.plot;

import dev.tern.bench.plot.Line.Spot;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Lines over two axes.
 *
 * @param title for those who cannot see it
 * @param x along the bottom
 * @param y up the side
 * @param lines at most four can be told apart
 * @param edges where along the bottom something begins
 */
public record Chart(String title, Axis x, Axis y, List<Line> lines, List<Edge> edges) {
    /** Lines with more points than this are marked here and there only. */
    private static final int ALL_MARKED = 40;

    private static final int SOME_MARKED = 12;
    private static final double LEGEND_Y = 16;
    private static final double LEGEND_LINE = 26;
    private static final double LETTER = 7.2;
    private static final int CLASSES = 4;
    private static final double EDGE_GAP = 4;
    private static final double EDGE_TEXT = 12;

    public Chart {
        lines = List.copyOf(lines);
        edges = List.copyOf(edges);
    }

    /** Without edges. */
    public Chart(String title, Axis x, Axis y, List<Line> lines) {
        this(title, x, y, lines, List.of());
    }

    /**
     * Where something begins.
     *
     * @param name written there where there is room
     */
    public record Edge(double x, String name) {}

    /** As an SVG element. */
    public String svg() {
        Svg svg = new Svg(title, Frame.WIDTH, Frame.HEIGHT);
        Frame.across(svg, y);
        Frame.along(svg, x);
        edges(svg);
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, i);
        }
        legend(svg);
        return svg.end();
    }

    /** Named where the name ends before the next begins. */
    private void edges(Svg svg) {
        for (int i = 0; i < edges.size(); i++) {
            Edge edge = edges.get(i);
            double at = Frame.x(x.scale().place(edge.x()));
            double next = Frame.x(
                    i + 1 < edges.size() ? x.scale().place(edges.get(i + 1).x()) : 1);
            Frame.upright(svg, "edge", at);
            if (at + 2 * EDGE_GAP + LETTER * edge.name().length() <= next) {
                svg.text("tick", at + EDGE_GAP, Frame.y(1) + EDGE_TEXT, "start", edge.name());
            }
        }
    }

    private void draw(Svg svg, int place) {
        List<Spot> spots = lines.get(place).spots();
        svg.polyline("line s" + place % CLASSES, spots.stream().map(this::point).collect(Collectors.joining(" ")));
        int every = spots.size() <= ALL_MARKED ? 1 : spots.size() / SOME_MARKED;
        for (int i = 0; i < spots.size(); i += every) {
            Spot spot = spots.get(i);
            svg.path("mark f" + place % CLASSES, Mark.of(place).at(left(spot), top(spot)), spot.hint());
        }
    }

    private String point(Spot spot) {
        return Svg.number(left(spot)) + "," + Svg.number(top(spot));
    }

    private double left(Spot spot) {
        return Frame.x(x.scale().place(spot.x()));
    }

    private double top(Spot spot) {
        return Frame.y(y.scale().place(spot.y()));
    }

    /** At the top, from the right. */
    private void legend(Svg svg) {
        double right = Frame.x(1);
        for (int i = lines.size() - 1; i >= 0; i--) {
            String name = lines.get(i).name();
            double begin = right - LETTER * name.length();
            svg.text("legend", begin, LEGEND_Y + 4, "start", name);
            svg.line("line s" + i % CLASSES, begin - LEGEND_LINE - 6, LEGEND_Y, begin - 6, LEGEND_Y);
            svg.path("mark f" + i % CLASSES, Mark.of(i).at(begin - 6 - LEGEND_LINE / 2, LEGEND_Y), name);
            right = begin - LEGEND_LINE - 24;
        }
    }
}
