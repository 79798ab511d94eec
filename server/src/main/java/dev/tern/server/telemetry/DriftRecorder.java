package dev.tern.server.telemetry;

import dev.tern.server.telemetry.DriftFeatureMeters.Found;
import java.util.List;

/**
 * Records what the drift monitor of one model version does and finds. While a version is open twice, as during a reload, what
 * the newer one finds is shown. Any thread may call; nothing blocks.
 */
public final class DriftRecorder implements AutoCloseable {
    private final DriftMeters meters;
    private final List<DriftFeatureMeters.Recording> features;
    private final Runnable onClose;

    DriftRecorder(DriftMeters meters, List<DriftFeatureMeters.Recording> features, Runnable onClose) {
        this.meters = meters;
        this.features = features;
        this.onClose = onClose;
    }

    /** A row was looked at, of so many requests. */
    public void rows(int count) {
        meters.rows.increment(count);
    }

    /** A request of the sample was not looked at. */
    public void dropped() {
        meters.dropped.increment();
    }

    /** A window of numbers was compared; {@code feature} is its place among those the recorder was opened for. */
    public void numbers(int feature, double ks, double pValue, boolean drifted) {
        features.get(feature).found(new Found(ks, Double.NaN, pValue, drifted));
    }

    /** As {@link #numbers}, of categories. */
    public void categories(int feature, double psi, double pValue, boolean drifted) {
        features.get(feature).found(new Found(Double.NaN, psi, pValue, drifted));
    }

    /** Nothing is known of any feature. */
    public void nothingKnown() {
        features.forEach(each -> each.found(Found.NOTHING));
    }

    /** Removes the meters that no other version of the same number has open; called once. */
    @Override
    public void close() {
        features.forEach(DriftFeatureMeters.Recording::close);
        onClose.run();
    }
}
