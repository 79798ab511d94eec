package dev.tern.bench.plot;

/** Where a plot lies within its picture, and its axes. */
final class Frame {
    static final double WIDTH = 720;
    static final double HEIGHT = 330;
    private static final double LEFT = 76;
    private static final double RIGHT = 700;
    private static final double TOP = 40;
    private static final double BOTTOM = 276;
    private static final double GAP = 8;
    private static final double TICK_TEXT = 18;
    private static final double NAME_TEXT = 42;
    /** Ticks closer than this would write over each other. */
    private static final double CLOSEST = 38;

    /** About as wide as a digit. */
    private static final double LETTER = 7.2;

    private Frame() {}

    static double x(double place) {
        return LEFT + place * (RIGHT - LEFT);
    }

    static double y(double place) {
        return BOTTOM - place * (BOTTOM - TOP);
    }

    /** Lines across at the ticks, what the axis is over them. */
    static void across(Svg svg, Axis axis) {
        for (double tick : axis.scale().ticks()) {
            double y = y(axis.scale().place(tick));
            svg.line("grid", LEFT, y, RIGHT, y);
            svg.text("tick", LEFT - GAP, y + 4, "end", axis.scale().label(tick));
        }
        svg.text("name", GAP, TOP - 22, "start", axis.name());
    }

    /** From the bottom to the top. */
    static void upright(Svg svg, String kind, double x) {
        svg.line(kind, x, TOP, x, BOTTOM);
    }

    static void along(Svg svg, Axis axis) {
        double last = Double.NEGATIVE_INFINITY;
        for (double tick : axis.scale().ticks()) {
            double x = x(axis.scale().place(tick));
            upright(svg, "grid", x);
            if (x - last >= CLOSEST) {
                label(svg, x, axis.scale().label(tick));
                last = x;
            }
        }
        svg.text("name", (LEFT + RIGHT) / 2, BOTTOM + NAME_TEXT, "middle", axis.name());
    }

    /** Below its tick, but within the picture. */
    private static void label(Svg svg, double x, String text) {
        boolean fits = x + LETTER * text.length() / 2 <= WIDTH;
        svg.text("tick", fits ? x : WIDTH, BOTTOM + TICK_TEXT, fits ? "middle" : "end", text);
    }
}
