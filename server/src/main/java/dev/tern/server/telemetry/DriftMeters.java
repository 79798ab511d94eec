package dev.tern.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** What the drift monitor of one model version has looked at. */
final class DriftMeters extends MeterGroup {
    final Counter rows;
    final Counter dropped;

    DriftMeters(MeterRegistry registry, String model, String version) {
        super(registry, Tags.of("model", model, "version", version));
        rows = counter(TernMeter.DRIFT_ROWS);
        dropped = counter(TernMeter.DRIFT_DROPPED);
    }
}
