package dev.tern.server.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.stream.Stream;

/** What was found of one feature. Apart from those of other features, as a reload may change which there are. */
final class DriftFeatureMeters extends MeterGroup {
    /** The newest last. */
    private volatile List<Recording> open = List.of();

    /** What one window came to, to be seen whole. */
    record Found(double ks, double psi, double pValue, boolean drifted) {
        static final Found NOTHING = new Found(Double.NaN, Double.NaN, Double.NaN, false);
    }

    DriftFeatureMeters(MeterRegistry registry, String model, String version, String feature) {
        super(registry, Tags.of("feature", feature, "model", model, "version", version));
        gauge(TernMeter.DRIFT_KS, () -> found().ks());
        gauge(TernMeter.DRIFT_PSI, () -> found().psi());
        gauge(TernMeter.DRIFT_P_VALUE, () -> found().pValue());
        gauge(TernMeter.DRIFT_DRIFTED, () -> found().drifted() ? 1 : 0);
    }

    /** What one of those that have the meters open has found; the newest one's is shown. */
    final class Recording {
        private volatile Found found = Found.NOTHING;

        void found(Found value) {
            found = value;
        }

        void close() {
            synchronized (DriftFeatureMeters.this) {
                open = open.stream().filter(each -> each != this).toList();
            }
        }
    }

    /** Shows nothing of the one before, which goes on unseen until this one is closed. */
    synchronized Recording open() {
        Recording recording = new Recording();
        open = Stream.concat(open.stream(), Stream.of(recording)).toList();
        return recording;
    }

    private Found found() {
        List<Recording> now = open;
        return now.isEmpty() ? Found.NOTHING : now.get(now.size() - 1).found;
    }
}
