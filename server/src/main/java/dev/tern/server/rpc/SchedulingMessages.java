package dev.tern.server.rpc;

import dev.tern.proto.admin.v1.AdaptivePlan;
import dev.tern.proto.admin.v1.GetSchedulingResponse;
import dev.tern.proto.admin.v1.RunTime;
import dev.tern.server.predict.SchedulingState;

/** Words how a version is scheduled. */
final class SchedulingMessages {
    private SchedulingMessages() {}

    static GetSchedulingResponse of(String model, long version, SchedulingState state) {
        GetSchedulingResponse.Builder response = GetSchedulingResponse.newBuilder()
                .setModel(model)
                .setVersion(version)
                .setMode(
                        state.adaptive().isPresent()
                                ? GetSchedulingResponse.Mode.MODE_ADAPTIVE
                                : GetSchedulingResponse.Mode.MODE_FIXED)
                .setQueued(state.queued())
                .setLatencyObjectiveNs(state.objectiveNanos())
                .setMeanAbsoluteRelativeError(state.meanError())
                .setUnitsPerSecond(state.unitsPerSecond());
        state.curve().forEach(each -> response.addCurve(of(each)));
        state.adaptive().ifPresent(adaptive -> response.setPlan(of(adaptive)));
        return response.build();
    }

    private static RunTime of(SchedulingState.RunTime time) {
        return RunTime.newBuilder()
                .setUnits(time.units())
                .setExpectedNs(time.expectedNanos())
                .setMeanMeasuredNs(time.meanMeasuredNanos())
                .setRuns(time.runs())
                .build();
    }

    private static AdaptivePlan of(SchedulingState.Adaptive adaptive) {
        return AdaptivePlan.newBuilder()
                .setLatencyPercentile(adaptive.percentile())
                .setRowsToWaitFor(adaptive.rowsToWaitFor())
                .setWindowNs(adaptive.windowNanos())
                .setMaxRows(adaptive.maxRows())
                .setPredictedLatencyNs(adaptive.predictedNanos())
                .setRowsPerSecond(adaptive.rowsPerSecond())
                .setClosedLoopCallers(adaptive.callers())
                .build();
    }
}
