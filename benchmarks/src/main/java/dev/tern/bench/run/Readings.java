package dev.tern.bench.run;

import dev.tern.bench.measure.ServerCounts;
import dev.tern.bench.target.Target;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The server's own counts of each model of a run. */
final class Readings {
    private final List<ServerReadings> models;

    Readings(List<ServerReadings> models) {
        this.models = models;
    }

    /** Of the Prometheus page where one is given, else of ModelStatistics. */
    static Readings of(Target target, List<ModelSettings> models, Optional<URI> page) {
        return new Readings(models.stream()
                .map(each -> ServerReadings.of(target, each.head(), page))
                .toList());
    }

    /** The window begins; must not block. */
    void began() {
        models.forEach(ServerReadings::began);
    }

    /** The window is over; only the first call counts. */
    void ended() {
        models.forEach(ServerReadings::ended);
    }

    /** Waits for all readings; to be called once, after the load. */
    void take() {
        models.forEach(ServerReadings::take);
    }

    /** Of each model, in order; empty where the server does not tell. */
    List<Optional<ServerCounts>> counts() {
        return models.stream().map(ServerReadings::counts).toList();
    }

    /** Of the run's only model: means over several models would be those of none. */
    Optional<ServerCounts> whole() {
        return models.size() == 1 ? models.get(0).counts() : Optional.empty();
    }

    /** Why there are none of the whole; empty where there are. */
    String missing() {
        return models.size() == 1 ? models.get(0).missing() : "each of the models has its own";
    }

    /** What to tell the user, who asked for them, in whole sentences. */
    List<String> complaints() {
        return models.stream()
                .flatMap(each -> each.complaint().stream())
                .distinct()
                .toList();
    }
}
