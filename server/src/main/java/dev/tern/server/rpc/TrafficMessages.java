package dev.tern.server.rpc;

import dev.tern.proto.admin.v1.AnswerDifferences;
import dev.tern.proto.admin.v1.ModelTraffic;
import dev.tern.proto.admin.v1.SetTrafficRequest;
import dev.tern.proto.admin.v1.ShadowReport;
import dev.tern.proto.admin.v1.TrafficShadow;
import dev.tern.proto.admin.v1.TrafficShare;
import dev.tern.proto.admin.v1.TrafficSplit;
import dev.tern.proto.admin.v1.TrafficSticky;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Shadow;
import dev.tern.server.predict.TrafficSettings.Share;
import dev.tern.server.predict.TrafficSettings.Sticky;
import dev.tern.server.traffic.ShadowState;
import dev.tern.server.traffic.ShadowState.Differences;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Words which version of a model answers, and which gets copies. */
final class TrafficMessages {
    private TrafficMessages() {}

    /**
     * What {@code before} becomes by what the request gives.
     *
     * @throws IllegalArgumentException if that is not allowed
     */
    static TrafficSettings changed(TrafficSettings before, SetTrafficRequest request) {
        TrafficSettings changed = before;
        if (request.hasSplit()) {
            changed = changed.withSplit(request.getSplit().getSharesList().stream()
                    .map(each -> new Share(each.getVersion(), each.getWeight()))
                    .toList());
        }
        if (request.hasSticky()) {
            TrafficSticky sticky = request.getSticky();
            changed = changed.withSticky(new Sticky(sticky.getParameter(), sticky.getMetadata()));
        }
        if (request.hasShadow()) {
            TrafficShadow shadow = request.getShadow();
            changed = changed.withShadow(new Shadow(shadow.getVersion(), shadow.getPercent()));
        }
        return changed;
    }

    /** @param served the number that a version, given by number or label, stands for; 0 while it is not served */
    static ModelTraffic of(String model, boolean changed, TrafficSettings settings, ToLongFunction<String> served) {
        TrafficSplit.Builder split = TrafficSplit.newBuilder();
        for (Share each : settings.split()) {
            split.addShares(TrafficShare.newBuilder()
                    .setVersion(each.version())
                    .setWeight(each.weight())
                    .setServedVersion(served.applyAsLong(each.version())));
        }
        return ModelTraffic.newBuilder()
                .setModel(model)
                .setChanged(changed)
                .setSplit(split)
                .setSticky(TrafficSticky.newBuilder()
                        .setParameter(settings.sticky().parameter())
                        .setMetadata(settings.sticky().metadata()))
                .setShadow(TrafficShadow.newBuilder()
                        .setVersion(settings.shadow().version())
                        .setPercent(settings.shadow().percent()))
                .build();
    }

    static ShadowReport report(ShadowState state) {
        ShadowReport.Builder report = ShadowReport.newBuilder()
                .setCandidate(state.candidate())
                .setCompared(state.compared())
                .setIncomparable(state.incomparable())
                .setDropped(state.dropped())
                .setUnserved(state.unserved())
                .setAnswers(differences(state.answers()))
                .setPrimaryMeanNs(state.primaryMeanNanos())
                .setCandidateMeanNs(state.candidateMeanNanos());
        state.failures().forEach((kind, count) -> report.putFailures(kind.name().toLowerCase(Locale.ROOT), count));
        state.outputs().forEach((output, each) -> report.putOutputs(output, differences(each)));
        return report.build();
    }

    private static AnswerDifferences differences(Differences of) {
        AnswerDifferences.Builder differences = AnswerDifferences.newBuilder()
                .setMeanAbsolute(of.meanAbsolute())
                .setMaxAbsolute(of.maxAbsolute())
                .setRanked(of.ranked());
        if (of.ranked() > 0) {
            differences
                    .setMeanRankCorrelation(of.meanRankCorrelation())
                    .setLeastRankCorrelation(of.leastRankCorrelation());
        }
        return differences.build();
    }
}
