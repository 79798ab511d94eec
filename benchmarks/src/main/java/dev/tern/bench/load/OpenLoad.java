package dev.tern.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An open loop in stages: requests are sent at the pattern's times, whether or not earlier ones were answered. The warm-up
 * has the first stage's first rate; the stages begin with the measured window.
 *
 * @param pattern how requests follow one another
 * @param stages what rates, one after the other; at least one
 * @param seed of random times
 */
public record OpenLoad(ArrivalPattern pattern, List<Stage> stages, long seed) implements LoadPlan {
    public OpenLoad {
        stages = List.copyOf(stages);
    }

    @Override
    public String describe() {
        String kind = pattern.isBursty()
                ? "bursts of %s, then %s of silence".formatted(time(pattern.onNanos()), time(pattern.offNanos()))
                : pattern.kind().equals("poisson") ? "Poisson" : pattern.kind();
        if (isLevel()) {
            return "open loop, " + kind + ", " + stages.get(0).rates() + " requests/s";
        }
        return "open loop, " + kind + ", "
                + stages.stream().map(OpenLoad::describe).collect(Collectors.joining(", then "));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("kind", pattern.kind());
        if (pattern.isBursty()) {
            settings.put("spacing", pattern.spacing().name().toLowerCase(Locale.ROOT));
            settings.put("on_seconds", pattern.onNanos() / 1e9);
            settings.put("off_seconds", pattern.offNanos() / 1e9);
        }
        if (isLevel()) {
            settings.put("rate_per_second", stages.get(0).from());
        } else {
            settings.put("stages", stages.stream().map(OpenLoad::settings).toList());
        }
        return settings;
    }

    @Override
    public int usefulConnections(int asked) {
        return asked;
    }

    @Override
    public List<Stage> steps() {
        List<Stage> steps = new ArrayList<>();
        stages.forEach(each -> steps.addAll(each.parts()));
        return steps.size() == 1 ? List.of() : steps;
    }

    @Override
    public Loop loop(Traffic traffic) {
        return OpenLoop.started(traffic, this::arrivals, new PreciseWaiter(traffic::now));
    }

    /** The arrivals after so long a warm-up. */
    Arrivals arrivals(long warmUp) {
        List<Stage> all = new ArrayList<>();
        all.add(new Stage(stages.get(0).from(), stages.get(0).from(), warmUp));
        all.addAll(stages);
        return pattern.over(all.iterator(), seed);
    }

    private boolean isLevel() {
        return stages.size() == 1 && stages.get(0).from() == stages.get(0).to();
    }

    private static String describe(Stage stage) {
        String rates = stage.rates() + " requests/s";
        return stage.nanos() == Stage.FOR_EVER ? rates : rates + " for " + time(stage.nanos());
    }

    private static Map<String, Object> settings(Stage stage) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("from_per_second", stage.from());
        settings.put("to_per_second", stage.to());
        if (stage.nanos() != Stage.FOR_EVER) {
            settings.put("seconds", stage.nanos() / 1e9);
        }
        return settings;
    }

    private static String time(long nanos) {
        return Duration.ofNanos(nanos).toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
