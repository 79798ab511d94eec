package dev.tern.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A page that is being written: one file that loads nothing, in light and dark, well-formed XML, too. What is given as
 * text may hold anything.
 */
public final class HtmlPage {
    private final StringBuilder html = new StringBuilder();

    /** Begins a page. */
    public HtmlPage(String title, String subtitle) {
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
        element("title", title);
        html.append("<style>\n").append(style()).append("</style>\n</head>\n<body>\n");
        element("h1", title);
        html.append("<p class=\"subtitle\">").append(escape(subtitle)).append("</p>\n");
    }

    /** A heading. */
    public void section(String heading) {
        element("h2", heading);
    }

    /** The figures to see first, by their names. */
    public void tiles(Map<String, String> figures) {
        html.append("<dl class=\"tiles\">\n");
        figures.forEach((name, value) -> html.append("<div><dt>")
                .append(escape(name))
                .append("</dt><dd>")
                .append(escape(value))
                .append("</dd></div>\n"));
        html.append("</dl>\n");
    }

    /** Begins a group of plots, which stand side by side where there is room. */
    public void beginPlots() {
        html.append("<div class=\"plots\">\n");
    }

    /** One plot, as SVG. */
    public void plot(String caption, String remark, String svg) {
        html.append("<figure><figcaption>")
                .append(escape(caption))
                .append("<small>")
                .append(escape(remark))
                .append("</small></figcaption>\n")
                .append(svg)
                .append("</figure>\n");
    }

    /** Ends the group. */
    public void endPlots() {
        html.append("</div>\n");
    }

    /** A table of numbers. */
    public void numbers(List<String> names, List<List<String>> rows) {
        table("numbers", names, rows);
    }

    /** A table of names and words. */
    public void words(List<String> names, Map<String, String> rows) {
        table(
                "words",
                names,
                rows.entrySet().stream()
                        .map(each -> List.of(each.getKey(), each.getValue()))
                        .toList());
    }

    /** Sentences; nothing where there are none. */
    public void notes(List<String> notes) {
        if (notes.isEmpty()) {
            return;
        }
        section("Notes");
        html.append("<ul class=\"notes\">\n");
        notes.forEach(each -> element("li", each));
        html.append("</ul>\n");
    }

    /** Ends the page and gives it. */
    public String end(String footer) {
        element("footer", footer);
        return html.append("</body>\n</html>\n").toString();
    }

    private void table(String kind, List<String> names, List<List<String>> rows) {
        html.append("<div class=\"wide\"><table class=\"").append(kind).append("\">\n<thead><tr>");
        names.forEach(each -> html.append("<th>").append(escape(each)).append("</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            html.append("<tr>");
            row.forEach(each -> html.append("<td>").append(escape(each)).append("</td>"));
            html.append("</tr>\n");
        }
        html.append("</tbody></table></div>\n");
    }

    private void element(String name, String text) {
        html.append('<').append(name).append('>').append(escape(text));
        html.append("</").append(name).append(">\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String style() {
        try (InputStream css = Objects.requireNonNull(HtmlPage.class.getResourceAsStream("page.css"), "page.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
