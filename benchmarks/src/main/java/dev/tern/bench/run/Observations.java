package dev.tern.bench.run;

import dev.tern.bench.measure.Second;
import dev.tern.bench.measure.ServerCounts;
import dev.tern.bench.target.ServerInfo;
import java.util.List;
import java.util.Optional;

/**
 * What was seen of a run beside its figures.
 *
 * @param server what the server says it is
 * @param seconds the measured window, second by second
 * @param counts what the server counted within the window; empty where it does not tell, and of a mix, whose models have
 *     their own
 * @param countsMissing why it does not; empty where it does
 */
public record Observations(
        ServerInfo server, List<Second> seconds, Optional<ServerCounts> counts, String countsMissing) {
    public Observations {
        seconds = List.copyOf(seconds);
    }
}
