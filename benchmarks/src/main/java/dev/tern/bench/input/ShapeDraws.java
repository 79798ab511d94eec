package dev.tern.bench.input;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws the shapes of one request after another and keeps count of the lengths. Within a request a distribution is drawn
 * from once: dimensions given by the same text agree, as those of tokens and their mask must. Not thread-safe.
 */
final class ShapeDraws {
    private final List<GivenShape> shapes;
    private final Map<Dimension, LongSummaryStatistics> lengths = new LinkedHashMap<>();

    ShapeDraws(List<GivenShape> shapes) {
        this.shapes = shapes;
        for (GivenShape shape : shapes) {
            for (Dimension each : shape.dimensions()) {
                if (each.isDrawn()) {
                    lengths.put(each, new LongSummaryStatistics());
                }
            }
        }
    }

    List<NamedShape> next(SplittableRandom random) {
        Map<Dimension, Long> drawn = new LinkedHashMap<>();
        lengths.forEach((dimension, statistics) -> {
            long length = dimension.draw(random);
            statistics.accept(length);
            drawn.put(dimension, length);
        });
        List<NamedShape> request = new ArrayList<>();
        for (GivenShape shape : shapes) {
            request.add(new NamedShape(
                    shape.input(),
                    shape.dimensions().stream()
                            .map(each -> drawn.computeIfAbsent(each, number -> number.draw(random)))
                            .toList()));
        }
        return request;
    }

    /** What was drawn so far, in the order given. */
    List<DrawnLengths> lengths() {
        List<DrawnLengths> summaries = new ArrayList<>();
        lengths.forEach((dimension, drawn) ->
                summaries.add(new DrawnLengths(dimension.toString(), drawn.getAverage(), drawn.getMax())));
        return summaries;
    }
}
