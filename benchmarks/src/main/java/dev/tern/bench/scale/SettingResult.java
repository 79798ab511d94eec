package dev.tern.bench.scale;

import dev.tern.bench.figures.Series;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one setting gave.
 *
 * @param cores that the server may use
 * @param readings one a repetition, in order
 */
public record SettingResult(Setting setting, int cores, List<ScaleReading> readings) {
    /** Beyond this part of the cores' time there is none to win. */
    private static final double USED_UP = 0.9;

    public SettingResult {
        readings = List.copyOf(readings);
    }

    Series series(ToDoubleFunction<ScaleReading> quantity) {
        return new Series(
                setting.toString(),
                readings.stream().map(quantity::applyAsDouble).toList());
    }

    double median(ToDoubleFunction<ScaleReading> quantity) {
        return series(quantity).median();
    }

    /** What kept it from answering more, in most of the repetitions. */
    String limit() {
        if (2 * readings.stream().filter(ScaleReading::generatorLimited).count() > readings.size()) {
            return "the generator";
        }
        if (!(median(ScaleReading::busy) >= USED_UP)) {
            return "its own threads";
        }
        return median(ScaleReading::serverCores) < USED_UP * cores ? "its cores, which others use, too" : "its cores";
    }
}
