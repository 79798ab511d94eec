package dev.tern.bench.cached;

import dev.tern.bench.figures.NotMeasuredException;
import dev.tern.bench.figures.Texts;
import dev.tern.bench.figures.TrialReading;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.metrics.CacheCounts;
import dev.tern.bench.models.Ranker;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.process.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Where one scenario is measured: starts its servers and keeps its journal. Used by one thread. */
final class Bench {
    private static final int TENTH = Trial.DISTINCT / 10;
    private static final Duration LOOK = Duration.ofMillis(500);
    static final String MODELS = "models";

    private final CacheSettings settings;
    private final StopSignal stop;
    private final Consumer<String> progress;
    private final Map<Integer, Long> entryBytes;
    private final List<TrialReading> journal = new ArrayList<>();

    /** @param entryBytes what is known of answers by their rows; shared by all scenarios */
    Bench(CacheSettings settings, StopSignal stop, Consumer<String> progress, Map<Integer, Long> entryBytes) {
        this.settings = settings;
        this.stop = stop;
        this.progress = progress;
        this.entryBytes = entryBytes;
    }

    CacheSettings settings() {
        return settings;
    }

    StopSignal stop() {
        return stop;
    }

    void progress(String line) {
        progress.accept(line);
    }

    void journal(TrialReading reading) {
        journal.add(reading);
    }

    /** All that was measured so far. */
    List<TrialReading> journal() {
        return List.copyOf(journal);
    }

    /**
     * Works with a server that has these models; blocks until it has ended.
     *
     * @param flags further ones of {@code tern serve}
     */
    <T> T served(List<Variant> variants, List<String> flags, Work<T> work) throws IOException {
        Path launcher = settings.launch().launcher();
        try (TemporaryFolder folder = TemporaryFolder.create("tern-cache")) {
            Path repository = folder.path().resolve(MODELS);
            for (Variant each : variants) {
                Ranker.write(repository, launcher, each.model(), each.config());
            }
            try (ServerProcess server =
                    ServerProcess.start(settings.launch(), repository, flags.toArray(String[]::new))) {
                return stop.during(server::stop, () -> {
                    server.awaitReady(variants.stream().map(Variant::model).toList());
                    return work.with(new Lab(server, this), folder.path());
                });
            }
        }
    }

    /** Memory for the answers of a tenth of the distinct requests, by what a server counts for a few. */
    Space tenth(int rows) throws IOException {
        Long known = entryBytes.get(rows);
        long bytes = known == null ? measured(rows) : known;
        entryBytes.put(rows, bytes);
        Space space = new Space(TENTH, bytes);
        progress.accept(Texts.format(
                "%s: an answer takes %,d bytes, %,d of them %,d bytes", Trial.rows(rows), bytes, TENTH, space.bytes()));
        return space;
    }

    private long measured(int rows) throws IOException {
        return served(List.of(Variant.CACHED), List.of(), (lab, folder) -> {
            CacheCounts before = lab.counts(Variant.CACHED.model());
            CacheCounts after = lab.run(Trial.few(Variant.CACHED, rows, new ClosedLoad(1)), Duration.ZERO, LOOK)
                    .cache();
            double entries = after.entries() - before.entries();
            if (!(entries > 0)) {
                throw new NotMeasuredException("the server keeps no answers of " + Variant.CACHED.model());
            }
            return (long) Math.ceil((after.bytes() - before.bytes()) / entries);
        });
    }

    /** What is done with a server and its folder. */
    interface Work<T> {
        T with(Lab lab, Path folder) throws IOException;
    }
}
