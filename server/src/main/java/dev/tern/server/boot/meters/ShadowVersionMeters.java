package dev.tern.server.boot.meters;

import dev.tern.server.telemetry.ShadowRecorder;
import dev.tern.server.traffic.ComparedAnswer;
import dev.tern.server.traffic.ShadowObserver;
import dev.tern.server.traffic.ShadowOutcome;

/** Passes on what becomes of a candidate's copies to its recorder. */
record ShadowVersionMeters(ShadowRecorder recorder) implements ShadowObserver {
    @Override
    public void ended(ShadowOutcome outcome) {
        recorder.ended(outcome);
    }

    @Override
    public void compared(ComparedAnswer answer) {
        recorder.compared(answer.meanAbsolute(), answer.maxAbsolute(), answer.rankCorrelation());
        recorder.took(answer.primaryNanos(), answer.candidateNanos());
    }

    @Override
    public void close() {
        recorder.close();
    }
}
