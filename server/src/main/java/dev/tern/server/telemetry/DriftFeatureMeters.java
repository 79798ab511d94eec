package dev.tern.server.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** What was found of one feature. Apart from those of other features, as a reload may change which there are. */
final class DriftFeatureMeters extends MeterGroup {
    private volatile Found found = Found.NOTHING;

    /** What one window came to, to be seen whole. */
    record Found(double ks, double psi, double pValue, boolean drifted) {
        static final Found NOTHING = new Found(Double.NaN, Double.NaN, Double.NaN, false);
    }

    DriftFeatureMeters(MeterRegistry registry, String model, String version, String feature) {
        super(registry, Tags.of("feature", feature, "model", model, "version", version));
        gauge(TernMeter.DRIFT_KS, () -> found.ks());
        gauge(TernMeter.DRIFT_PSI, () -> found.psi());
        gauge(TernMeter.DRIFT_P_VALUE, () -> found.pValue());
        gauge(TernMeter.DRIFT_DRIFTED, () -> found.drifted() ? 1 : 0);
    }

    void found(Found value) {
        found = value;
    }
}
