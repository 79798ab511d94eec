package dev.tern.server.boot.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.batching.Resources;
import dev.tern.server.batching.Runners;
import dev.tern.server.boot.caches.ResponseCaches;
import dev.tern.server.boot.drift.DriftMonitors;
import dev.tern.server.boot.meters.Meters;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.engine.onnx.OpenNatives;
import dev.tern.server.engine.onnx.TrialLoad;
import dev.tern.server.repository.VersionSource;
import dev.tern.server.repository.config.ModelConfigFile;
import dev.tern.server.telemetry.Telemetry;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a version that fails when it is nearly made. */
class OnnxVersionFactoryTest {
    private static final String METER = "tern_model_ready{model=\"m\"";

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock();
    private final ScheduledThreadPoolExecutor drift = new ScheduledThreadPoolExecutor(0);

    @Test
    void whatWasMadeOfAVersionThatFailsIsClosed() throws Exception {
        ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(2))
                .config("parameters { key: 'tern.drift.monitor' value { string_value: 'true' } }");
        ModelConfig config =
                ModelConfigFile.read(directory.resolve("m"), "m", "").config();
        VersionSource source = new VersionSource(
                "m", 1, directory.resolve("m"), directory.resolve("m/1/model.onnx"), List.of(), config);
        try (Telemetry telemetry = new Telemetry(Meters.OUTCOMES, "test", () -> 0, () -> 0);
                Runners runners = new Runners(1, Thread::new, clock, new Resources(List.of()))) {
            Meters meters = new Meters(telemetry);
            drift.setRemoveOnCancelPolicy(true);
            long before = OpenNatives.live();
            // Checked where options are read; here it cannot be counted in milliseconds.
            OnnxVersionFactory failing = factory(runners, meters, ChronoUnit.FOREVER.getDuration());
            assertThatThrownBy(() -> failing.create(source)).isInstanceOf(ArithmeticException.class);
            assertThat(telemetry.scrape("").text()).doesNotContain(METER, "tern_drift_");
            assertThat(drift.getQueue()).isEmpty();
            assertThat(OpenNatives.live()).isEqualTo(before);

            factory(runners, meters, Duration.ofMinutes(1)).create(source).close();
            assertThat(OpenNatives.live()).isEqualTo(before);
        }
    }

    private OnnxVersionFactory factory(Runners runners, Meters meters, Duration maxExecution) throws Exception {
        return new OnnxVersionFactory(
                true,
                new ServerOptions.Execution(256, 1, 1, 4096, false, maxExecution, false, List.of(), List.of(), 15),
                TrialLoad.off(),
                HostPolicies.of(List.of()),
                new Seats(runners, false),
                new IdleTime(runners, clock),
                clock,
                new LoadPace(() -> false, clock::nanoTime, clock::nanoTime),
                meters,
                ResponseCaches.of(new ServerOptions.ResponseCache(0, Optional.empty(), Optional.empty()), clock),
                new DriftMonitors(drift, meters));
    }
}
