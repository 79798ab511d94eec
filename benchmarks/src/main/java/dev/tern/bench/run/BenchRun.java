package dev.tern.bench.run;

import dev.tern.bench.input.RequestHead;
import dev.tern.bench.input.RequestPool;
import dev.tern.bench.load.Loop;
import dev.tern.bench.load.Pause;
import dev.tern.bench.load.Traffic;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Pulse;
import dev.tern.bench.measure.Second;
import dev.tern.bench.measure.Series;
import dev.tern.bench.measure.Tally;
import dev.tern.bench.measure.Window;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.target.ServerInfo;
import dev.tern.bench.target.Target;
import dev.tern.bench.target.TargetSettings;
import dev.tern.bench.verify.AnswerCheck;
import dev.tern.bench.verify.ReferenceCheck;
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
     */
    public RunResult run() {
        int connections = settings.load().usefulConnections(settings.connections());
        boolean verify = settings.tolerance().isPresent();
        TargetSettings how =
                new TargetSettings(settings.target(), connections, settings.threads(), settings.timeout(), verify);
        try (Target target = Target.connect(how)) {
            RequestHead head = settings.head();
            ModelInfo model = target.describe(head.model(), head.version());
            RequestPool pool = RequestPool.random(
                    head,
                    model,
                    settings.rows(),
                    settings.shapes(),
                    settings.ranges(),
                    settings.distinct(),
                    settings.seed());
            AnswerCheck check = verify
                    ? ReferenceCheck.record(
                            target.connections().get(0),
                            pool,
                            settings.tolerance().getAsDouble())
                    : AnswerCheck.none();
            ServerInfo server = target.info();
            ServerReadings readings = ServerReadings.of(target, head, instruments.metrics());
            Instant startedAt = Instant.now();
            Loaded loaded = load(target, pool, check, readings);
            return new RunResult(
                    settings,
                    connections,
                    model,
                    pool.inputs(),
                    pool.lengths(),
                    startedAt,
                    stopped,
                    loaded.measurement(),
                    check.verdict(),
                    notes(model, loaded, readings),
                    new Observations(server, loaded.seconds(), readings.counts(), readings.missing()));
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

    private List<String> notes(ModelInfo model, Loaded loaded, ServerReadings readings) {
        List<String> notes = new ArrayList<>(Notes.of(settings, model, loaded.measurement()));
        readings.complaint().ifPresent(notes::add);
        return notes;
    }

    private Loaded load(Target target, RequestPool pool, AnswerCheck check, ServerReadings readings) {
        Window measured = new Window(
                System.nanoTime() + settings.warmUp().toNanos(),
                settings.duration().map(Duration::toNanos).orElse(Long.MAX_VALUE),
                settings.requests().orElse(Long.MAX_VALUE),
                () -> {
                    instruments.watch().began();
                    readings.began();
                });
        window = measured;
        if (stopped) {
            stop();
        }
        Pulse pulse = new Pulse();
        Tally tally = new Tally(measured, deadline(), pulse);
        Traffic traffic = new Traffic(target.connections(), pool, check, measured, tally, System::nanoTime);
        Loop loop = settings.load().loop(traffic);
        Series series = new Series(pulse, measured, traffic::inFlight, System.nanoTime());
        Histogram sendDelays;
        Sampler sampler = Sampler.start(series, instruments.live());
        try {
            sendDelays = loop.run();
            ended(measured, readings);
            awaitTail(loop);
        } finally {
            sampler.end();
        }
        readings.ended();
        readings.take();
        Measurement measurement = tally.take(traffic.maxInFlight(), sendDelays);
        return new Loaded(measurement, series.measured());
    }

    /** Where the number of requests ends the window, it lasts until the last of them has ended. */
    private void ended(Window measured, ServerReadings readings) {
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

    private long deadline() {
        return settings.timeout().isZero() ? Long.MAX_VALUE : settings.timeout().toNanos();
    }

    private Duration tail() {
        return settings.timeout().isZero() ? LONGEST_TAIL : settings.timeout().plus(Duration.ofSeconds(1));
    }

    /** What the load gave. */
    private record Loaded(Measurement measurement, List<Second> seconds) {}
}
