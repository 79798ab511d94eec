package dev.tern.bench.cli;

import dev.tern.bench.live.Extent;
import dev.tern.bench.live.LiveView;
import dev.tern.bench.run.Instruments;
import dev.tern.bench.run.Onlooker;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.run.WindowWatch;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows runs on standard error as they go on. */
final class Live implements Onlooker {
    /** Set by the launcher, which can tell: Java cannot tell whether standard error is a terminal. */
    private static final String TERMINAL = "tern.bench.terminal";

    private final PrintWriter errors;
    private final boolean quiet;
    private final Optional<URI> metrics;
    private @Nullable LiveView view;

    Live(PrintWriter errors, boolean quiet, Optional<URI> metrics) {
        this.errors = errors;
        this.quiet = quiet;
        this.metrics = metrics;
    }

    @Override
    public Instruments onto(RunSettings settings, String label) {
        if (quiet) {
            return new Instruments(WindowWatch.NONE, second -> {}, metrics);
        }
        Extent extent = new Extent(settings.warmUp(), settings.duration(), settings.requests());
        LiveView shown = new LiveView(errors, Boolean.getBoolean(TERMINAL), label, extent);
        view = shown;
        return new Instruments(WindowWatch.NONE, shown, metrics);
    }

    @Override
    public void ended() {
        if (view != null) {
            view.end();
            view = null;
        }
    }

    /** Says a line of its own, unless nothing is to be said. */
    void say(String line) {
        if (!quiet) {
            errors.println("tern-bench: " + line);
            errors.flush();
        }
    }
}
