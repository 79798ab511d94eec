package dev.tern.bench.load;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An open loop: requests are sent at random times of a given mean rate, whether or not earlier ones were answered.
 *
 * @param rate requests per second, more than 0
 * @param seed of the times
 */
public record PoissonLoad(double rate, long seed) implements LoadPlan {
    @Override
    public String describe() {
        return String.format(Locale.ROOT, "open loop, Poisson, %,.1f requests/s", rate);
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("kind", "poisson");
        settings.put("rate_per_second", rate);
        return settings;
    }

    @Override
    public int usefulConnections(int asked) {
        return asked;
    }

    @Override
    public Loop loop(Traffic traffic) {
        return new OpenLoop(traffic, new PoissonArrivals(rate, seed), new PreciseWaiter(traffic::now));
    }
}
