package dev.tern.bench.scale;

import com.sun.management.OperatingSystemMXBean;
import dev.tern.bench.input.InputSettings;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.ModelSettings;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.run.Verification;
import dev.tern.bench.run.WindowWatch;
import dev.tern.bench.target.HostPort;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** One server of a fleet under load. Used by one thread. */
final class Bench {
    private static final long SEED = 1;
    private static final int DISTINCT = 64;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final ScaleSettings settings;
    private final Setting setting;
    private final String model;
    private final ServerProcess server;
    private final StopSignal stop;
    private final List<ScaleReading> readings = new ArrayList<>();

    /** @param stop ends a load that is under way */
    Bench(ScaleSettings settings, Setting setting, String model, ServerProcess server, StopSignal stop) {
        this.settings = settings;
        this.setting = setting;
        this.model = model;
        this.server = server;
        this.stop = stop;
    }

    Setting setting() {
        return setting;
    }

    /** Loads it without measuring. */
    void warmUp() {
        if (!settings.warmUp().isZero()) {
            Measurement unused = run(Duration.ZERO, settings.warmUp(), WindowWatch.NONE);
        }
    }

    /**
     * One more repetition.
     *
     * @throws TargetException when requests fail
     */
    ScaleReading measure() throws IOException {
        Usage usage = new Usage(server, Cores.of(server.pid()));
        Measurement measured = run(settings.settle(), settings.duration(), usage);
        if (measured.hasErrors()) {
            throw new TargetException(
                    "requests failed under " + setting + ", so that the rest is no measure: " + measured.errors());
        }
        double seconds = measured.nanos() / 1e9;
        ScaleReading reading = new ScaleReading(
                measured.perSecond(),
                usage.server() / 1e3 / measured.answeredInWindow(),
                measured.latencies().getTotalCount() == 0
                        ? Double.NaN
                        : measured.latencies().getValueAtPercentile(99) / 1e6,
                usage.server() / 1e9 / seconds,
                usage.tool() / 1e9 / seconds,
                usage.busy(),
                measured.isGeneratorLimited());
        readings.add(reading);
        return reading;
    }

    /** All repetitions together, while the server still runs. */
    SettingResult result() throws IOException {
        return new SettingResult(setting, Cores.of(server.pid()).size(), readings);
    }

    private Measurement run(Duration settle, Duration duration, WindowWatch watch) {
        BenchRun run = new BenchRun(
                new RunSettings(
                        new HostPort("127.0.0.1", server.port()),
                        List.of(ModelSettings.alone(
                                new RequestHead(model, "", OptionalLong.empty(), Optional.empty()),
                                InputSettings.random(1, List.of(), List.of(), DISTINCT),
                                DEADLINE)),
                        SEED,
                        new ClosedLoad(settings.callers()),
                        settings.connections(),
                        settings.threads(),
                        settle,
                        Optional.of(duration),
                        OptionalLong.empty(),
                        Verification.NONE),
                watch);
        return stop.unlessStopped(run::stop, run::run).measurement();
    }

    /** CPU time within the measured window, in nanoseconds. */
    private static final class Usage implements WindowWatch {
        private final ServerProcess process;
        private final Set<Integer> cores;
        private volatile CpuTime before = CpuTime.NONE;
        private volatile CpuTime after = CpuTime.NONE;

        Usage(ServerProcess process, Set<Integer> cores) {
            this.process = process;
            this.cores = cores;
        }

        @Override
        public void began() {
            before = read();
        }

        @Override
        public void ended() {
            after = read();
        }

        double server() {
            return (double) (after.server - before.server);
        }

        double tool() {
            return (double) (after.tool - before.tool);
        }

        double busy() {
            return after.host.shareSince(before.host);
        }

        private CpuTime read() {
            OperatingSystemMXBean own = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return new CpuTime(process.cpu().toNanos(), own.getProcessCpuTime(), HostCpu.read(cores));
        }
    }

    private record CpuTime(long server, long tool, HostCpu host) {
        static final CpuTime NONE = new CpuTime(0, 0, new HostCpu(0, 0));
    }
}
