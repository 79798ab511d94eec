package dev.tern.server.rpc;

import dev.tern.proto.admin.v1.DriftFeature;
import dev.tern.proto.admin.v1.GetDriftResponse;
import dev.tern.server.predict.DriftState;

/** Words what a drift monitor has found. */
final class DriftMessages {
    private DriftMessages() {}

    static GetDriftResponse of(String model, long version, DriftState state) {
        GetDriftResponse.Builder response = GetDriftResponse.newBuilder()
                .setModel(model)
                .setVersion(version)
                .setRows(state.rows())
                .setDropped(state.dropped())
                .setReferenceRows(state.referenceSize())
                .setWindowRows(state.windowSize())
                .setPValueLimit(state.pValueLimit());
        state.features().forEach(each -> response.addFeatures(of(each)));
        return response.build();
    }

    private static DriftFeature of(DriftState.Feature feature) {
        DriftFeature.Builder described = DriftFeature.newBuilder()
                .setName(feature.name())
                .setTest(of(feature.test()))
                .setReferenceValues(feature.referenceValues())
                .setWindows(feature.windows())
                .setDrifted(feature.drifted());
        if (feature.windows() > 0) {
            described.setStatistic(feature.statistic()).setPValue(feature.pValue());
        }
        return described.build();
    }

    private static DriftFeature.Test of(DriftState.Test test) {
        return switch (test) {
            case UNDECIDED -> DriftFeature.Test.TEST_UNSPECIFIED;
            case KOLMOGOROV_SMIRNOV -> DriftFeature.Test.TEST_KOLMOGOROV_SMIRNOV;
            case POPULATION_STABILITY_INDEX -> DriftFeature.Test.TEST_POPULATION_STABILITY_INDEX;
        };
    }
}
