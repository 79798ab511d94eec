package dev.tern.bench.plot;

import java.util.Locale;

/** Writes SVG that is well-formed XML, too. */
final class Svg {
    private final StringBuilder text = new StringBuilder();

    Svg(String title, double width, double height) {
        add("<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">", number(width), number(height), escape(title));
    }

    /** Text that may hold anything, as XML. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    void line(String kind, double x1, double y1, double x2, double y2) {
        add(
                "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>",
                kind, number(x1), number(y1), number(x2), number(y2));
    }

    /** With the anchor start, middle or end. */
    void text(String kind, double x, double y, String anchor, String content) {
        add(
                "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>",
                kind, number(x), number(y), anchor, escape(content));
    }

    void polyline(String kind, String points) {
        add("<polyline class=\"%s\" points=\"%s\"/>", kind, points);
    }

    void box(String kind, double x, double y, double width, double height, String hint) {
        add(
                "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s</title></rect>",
                kind, number(x), number(y), number(width), number(height), escape(hint));
    }

    void path(String kind, String steps, String hint) {
        add("<path class=\"%s\" d=\"%s\"><title>%s</title></path>", kind, steps, escape(hint));
    }

    String end() {
        return text.append("</svg>\n").toString();
    }

    static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private void add(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
