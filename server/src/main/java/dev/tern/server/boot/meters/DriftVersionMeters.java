package dev.tern.server.boot.meters;

import dev.tern.server.drift.DriftObserver;
import dev.tern.server.predict.DriftState;
import dev.tern.server.telemetry.DriftRecorder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes on what the drift monitor of one model version finds to its recorder, and what changes to the log. */
public final class DriftVersionMeters implements DriftObserver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DriftVersionMeters.class);

    private final String model;
    private final long version;
    private final DriftRecorder recorder;

    DriftVersionMeters(String model, long version, DriftRecorder recorder) {
        this.model = model;
        this.version = version;
        this.recorder = recorder;
    }

    @Override
    public void rows(int count) {
        recorder.rows(count);
    }

    @Override
    public void dropped() {
        recorder.dropped();
    }

    @Override
    public void failed(Throwable cause) {
        LOG.error(
                "Model '{}' version {}: the monitor of drift failed; it goes on, and tells of no other failure",
                model,
                version,
                cause);
    }

    @Override
    public void compared(int feature, DriftState.Feature state, Change change) {
        switch (state.test()) {
            case KOLMOGOROV_SMIRNOV -> recorder.numbers(feature, state.statistic(), state.pValue(), state.drifted());
            case POPULATION_STABILITY_INDEX ->
                recorder.categories(feature, state.statistic(), state.pValue(), state.drifted());
            case UNDECIDED -> {}
        }
        switch (change) {
            case BEGAN -> log(state, "drifts from its reference");
            case ENDED -> log(state, "is as in its reference again");
            case NONE -> {}
        }
    }

    private void log(DriftState.Feature state, String what) {
        LOG.warn(
                "Model '{}' version {}: '{}' {}: {} {}, p-value {}",
                model,
                version,
                state.name(),
                what,
                state.test() == DriftState.Test.KOLMOGOROV_SMIRNOV
                        ? "Kolmogorov-Smirnov distance"
                        : "population stability index",
                state.statistic(),
                state.pValue());
    }

    @Override
    public void takenAnew() {
        recorder.nothingKnown();
        LOG.info("Model '{}' version {}: the reference for drift is taken anew", model, version);
    }

    @Override
    public void close() {
        recorder.close();
    }
}
