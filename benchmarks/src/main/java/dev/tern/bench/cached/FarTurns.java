package dev.tern.bench.cached;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.NotMeasuredException;
import dev.tern.bench.figures.Series;
import dev.tern.bench.figures.Texts;
import dev.tern.bench.figures.Turns;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.process.JavaChild;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One caller of a server with answers in memory, one of a server with answers in Redis, and bare GETs, in turn. */
final class FarTurns {
    private static final String NEAR = "near";
    private static final String FAR = "far";
    private static final String GET = "get";

    private final Bench bench;
    private final int rows;
    private final Lab near;
    private final Lab far;
    private final JavaChild gets;

    /**
     * What was seen in a turn.
     *
     * @param found the share of look-ups that found an answer where it was to be
     * @param bytes of a value, where they are known
     */
    record Look(double p50Micros, double found, double bytes) {}

    FarTurns(Bench bench, int rows, Lab near, Lab far, JavaChild gets) {
        this.bench = bench;
        this.rows = rows;
        this.near = near;
        this.far = far;
        this.gets = gets;
    }

    List<Figure> figures() {
        near.warmUp(trial());
        far.warmUp(trial());
        gets(bench.settings().warmUp().multipliedBy(Lab.FIRST_WARM_UP));
        Map<String, List<Look>> looks = Turns.measure(bench.settings().repeat(), repetition -> looks(), Supplier::get);
        return figures(rows, looks);
    }

    private Map<String, Supplier<Look>> looks() {
        Map<String, Supplier<Look>> looks = new LinkedHashMap<>();
        looks.put(NEAR, () -> {
            Outcome outcome = near.measure(trial());
            return new Look(outcome.p50Micros(), outcome.hitRatio(), Double.NaN);
        });
        looks.put(FAR, () -> {
            Outcome outcome = far.measure(trial());
            return new Look(outcome.p50Micros(), outcome.cache().farHitRatio(), Double.NaN);
        });
        looks.put(GET, () -> {
            Look look = gets(bench.settings().duration());
            bench.progress(Texts.format(
                    "%s: bare GET of %,.0f bytes, p50 %.1f µs", Trial.rows(rows), look.bytes(), look.p50Micros()));
            return look;
        });
        return looks;
    }

    private Trial trial() {
        return Trial.few(Variant.CACHED, rows, new ClosedLoad(1));
    }

    private Look gets(Duration time) {
        try {
            String[] answer = gets.ask(Long.toString(time.toNanos())).split(" ", 2);
            double bytes = Double.parseDouble(answer[1]);
            if (bytes == 0) {
                throw new NotMeasuredException("the server has written nothing to Redis");
            }
            return new Look(Double.parseDouble(answer[0]) / 1e3, 1, bytes);
        } catch (IOException e) {
            throw new TargetException("the bare GETs ended: " + e.getMessage());
        }
    }

    static List<Figure> figures(int rows, Map<String, List<Look>> looks) {
        String name = Trial.rows(rows) + ": ";
        Series far = p50(name + "answer from Redis, one caller, p50 µs", looks, FAR);
        Series near = p50(name + "answer from memory, one caller, p50 µs", looks, NEAR);
        Series get = p50(name + "bare GET, p50 µs", looks, GET);
        List<Double> more = new ArrayList<>();
        for (int i = 0; i < far.values().size(); i++) {
            more.add(far.values().get(i) - near.values().get(i));
        }
        return List.of(
                new Figure(
                        far.over(name + "p50 of an answer from Redis over a bare GET", get),
                        Goal.atMost(1.5),
                        List.of(
                                far,
                                near,
                                get,
                                Series.of(name + "value, bytes", Turns.readings(looks, GET), Look::bytes),
                                Series.of(name + "found in Redis", Turns.readings(looks, FAR), Look::found),
                                Series.of(name + "found in memory", Turns.readings(looks, NEAR), Look::found))),
                new Figure(
                        new Series("more", more)
                                .over(
                                        name
                                                + "p50 of an answer from Redis, less that of one from memory, over a bare GET",
                                        get),
                        Goal.NONE,
                        List.of()));
    }

    private static Series p50(String name, Map<String, List<Look>> looks, String what) {
        return Series.of(name, Turns.readings(looks, what), Look::p50Micros);
    }
}
