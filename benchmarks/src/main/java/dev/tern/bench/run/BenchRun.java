package dev.tern.bench.run;

import dev.tern.bench.load.Loop;
import dev.tern.bench.load.Pause;
import dev.tern.bench.load.Traffic;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Pulse;
import dev.tern.bench.measure.Second;
import dev.tern.bench.measure.Series;
import dev.tern.bench.measure.Tally;
import dev.tern.bench.measure.Window;
import dev.tern.bench.target.ServerInfo;
import dev.tern.bench.target.Target;
import dev.tern.bench.target.TargetSettings;
import dev.tern.bench.verify.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One run: connect, describe, make inputs, learn the right answers, load, take the figures. Run by one thread. */
public final class BenchRun {
    private static final Duration LONGEST_TAIL = Duration.ofSeconds(30);
    private static final Duration TAIL_WHEN_STOPPED = Duration.ofSeconds(1);

    private final RunSettings settings;
    private final Instruments instruments;
    private volatile boolean stopped;
    private volatile @Nullable Window window;

    public BenchRun(RunSettings settings) {
        this(settings, Instruments.NONE);
    }

    /** Makes a run whose measured window is watched. */
    public BenchRun(RunSettings settings, WindowWatch watch) {
        this(settings, new Instruments(watch, second -> {}, Optional.empty()));
    }

    /** Makes a run that is looked at while it goes on. */
    public BenchRun(RunSettings settings, Instruments instruments) {
        this.settings = settings;
        this.instruments = instruments;
    }

    /**
     * Runs to the end; blocks.
     *
     * @throws dev.tern.bench.target.TargetException when the server or its model cannot be used
     * @throws dev.tern.bench.input.InputException when no fitting input can be made
     * @throws dev.tern.bench.verify.ReferenceException when a reference answer cannot be had
     * @throws dev.tern.bench.verify.AnswerFileException when recorded answers cannot be used or written
     */
    public RunResult run() {
        int connections = settings.load().usefulConnections(settings.connections());
        boolean keepAnswers = settings.verification().needsAnswers();
        TargetSettings how = new TargetSettings(
                settings.target(),
                connections,
                settings.threads(),
                settings.timeout(),
                keepAnswers,
                settings.streams());
        try (Target target = Target.connect(how);
                SharedInputs shared = SharedInputs.of(target, settings.sharedMemory())) {
            List<Described> models = Preparation.of(settings, target, shared);
            ServerInfo server = target.info();
            Readings readings = Readings.of(target, settings.models(), instruments.metrics());
            Instant startedAt = Instant.now();
            Loaded loaded = load(target, models, readings);
            Described first = models.get(0);
            return new RunResult(
                    settings,
                    connections,
                    first.model(),
                    first.pool().inputs(),
                    models.stream()
                            .flatMap(each -> each.pool().lengths().stream())
                            .toList(),
                    startedAt,
                    stopped,
                    loaded.measurement(),
                    verdict(models),
                    notes(loaded, readings),
                    new Observations(server, loaded.seconds(), readings.whole(), readings.missing()),
                    loaded.parts());
        }
    }

    /** Ends the load early; {@link #run} then returns what was measured so far. Any thread may call. */
    public void stop() {
        stopped = true;
        Window open = window;
        if (open != null) {
            open.close(System.nanoTime());
        }
    }

    private List<String> notes(Loaded loaded, Readings readings) {
        List<String> notes = new ArrayList<>(Notes.of(settings, loaded.measurement(), loaded.parts()));
        notes.addAll(readings.complaints());
        return notes;
    }

    private Loaded load(Target target, List<Described> models, Readings readings) {
        LoopMeter loops = new LoopMeter(target);
        Window measured = new Window(
                System.nanoTime() + settings.warmUp().toNanos(),
                settings.duration().map(Duration::toNanos).orElse(Long.MAX_VALUE),
                settings.requests().orElse(Long.MAX_VALUE),
                () -> {
                    loops.began();
                    instruments.watch().began();
                    readings.began();
                });
        window = measured;
        if (stopped) {
            stop();
        }
        Pulse pulse = new Pulse();
        Tally tally = new Tally(measured, deadline(), pulse);
        Counting counting = new Counting(settings, models, measured);
        Traffic traffic = new Traffic(counting.mix(target), measured, tally, counting.steps(), System::nanoTime);
        Loop loop = settings.load().loop(traffic);
        Series series = new Series(pulse, measured, traffic::inFlight, System.nanoTime());
        Histogram sendDelays;
        double generatorLoad;
        Sampler sampler = Sampler.start(series, instruments.live());
        try {
            sendDelays = loop.run();
            generatorLoad = loops.load();
            ended(measured, readings);
            awaitTail(loop);
        } finally {
            sampler.end();
        }
        readings.ended();
        readings.take();
        Measurement whole = tally.take(traffic.maxInFlight(), sendDelays).withGeneratorLoad(generatorLoad);
        return new Loaded(whole, counting.take(whole, readings.counts()), series.measured());
    }

    /** Where the number of requests ends the window, it lasts until the last of them has ended. */
    private void ended(Window measured, Readings readings) {
        instruments.watch().ended();
        if (!measured.isExhausted()) {
            readings.ended();
        }
    }

    /** What was sent within the window counts however late it is answered, up to its deadline. */
    private void awaitTail(Loop loop) {
        long began = System.nanoTime();
        Pause.until(
                () -> loop.isIdle() || System.nanoTime() - began > (stopped ? TAIL_WHEN_STOPPED : tail()).toNanos());
    }

    private static Optional<Verdict> verdict(List<Described> models) {
        return models.stream().flatMap(each -> each.check().verdict().stream()).reduce(Verdict::and);
    }

    private long deadline() {
        return settings.timeout().isZero() ? Long.MAX_VALUE : settings.timeout().toNanos();
    }

    private Duration tail() {
        return settings.timeout().isZero() ? LONGEST_TAIL : settings.timeout().plus(Duration.ofSeconds(1));
    }

    /** What the load gave. */
    private record Loaded(Measurement measurement, Parts parts, List<Second> seconds) {}
}
