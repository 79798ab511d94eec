package dev.tern.bench.plot;

import java.util.List;

/**
 * A bar for each of a few things.
 *
 * @param title for those who cannot see it
 * @param name what the things are, along the bottom
 * @param y up the side, from 0
 * @param bars from left to right
 */
public record Bars(String title, String name, Axis y, List<Bar> bars) {
    private static final double FILLED = 0.7;
    private static final int MOST_LABELS = 16;
    private static final double TICK_TEXT = 18;
    private static final double NAME_TEXT = 42;

    public Bars {
        bars = List.copyOf(bars);
    }

    /** As an SVG element. */
    public String svg() {
        Svg svg = new Svg(title, Frame.WIDTH, Frame.HEIGHT);
        Frame.across(svg, y);
        double wide = (Frame.x(1) - Frame.x(0)) / Math.max(1, bars.size());
        int every = 1 + bars.size() / MOST_LABELS;
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double middle = Frame.x(0) + (i + 0.5) * wide;
            double top = Frame.y(y.scale().place(bar.value()));
            svg.box("bar", middle - wide * FILLED / 2, top, wide * FILLED, Frame.y(0) - top, bar.hint());
            if (i % every == 0) {
                svg.text("tick", middle, Frame.y(0) + TICK_TEXT, "middle", bar.label());
            }
        }
        svg.text("name", Frame.x(0.5), Frame.y(0) + NAME_TEXT, "middle", name);
        return svg.end();
    }

    /**
     * One of them.
     *
     * @param label under it
     * @param value how high it is
     * @param hint shown when the pointer rests on it
     */
    public record Bar(String label, double value, String hint) {}
}
