package dev.tern.bench.run;

import dev.tern.bench.measure.Second;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What looks on while a run goes on.
 *
 * @param watch told when the measured window begins and ends
 * @param live told each second of the run, warm-up and tail too, on a thread of its own
 * @param metrics the server's Prometheus page, read instead of ModelStatistics
 */
public record Instruments(WindowWatch watch, Consumer<Second> live, Optional<URI> metrics) {
    /** Nobody looks on. */
    public static final Instruments NONE = new Instruments(WindowWatch.NONE, second -> {}, Optional.empty());
}
