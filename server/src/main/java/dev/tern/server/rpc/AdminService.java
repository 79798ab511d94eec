package dev.tern.server.rpc;

import dev.tern.proto.admin.v1.AbortRolloutRequest;
import dev.tern.proto.admin.v1.AbortRolloutResponse;
import dev.tern.proto.admin.v1.AdminGrpc.AdminImplBase;
import dev.tern.proto.admin.v1.ClearCacheRequest;
import dev.tern.proto.admin.v1.ClearCacheResponse;
import dev.tern.proto.admin.v1.GetDriftRequest;
import dev.tern.proto.admin.v1.GetDriftResponse;
import dev.tern.proto.admin.v1.GetRolloutRequest;
import dev.tern.proto.admin.v1.GetRolloutResponse;
import dev.tern.proto.admin.v1.GetSchedulingRequest;
import dev.tern.proto.admin.v1.GetSchedulingResponse;
import dev.tern.proto.admin.v1.GetTrafficRequest;
import dev.tern.proto.admin.v1.GetTrafficResponse;
import dev.tern.proto.admin.v1.ListModelsRequest;
import dev.tern.proto.admin.v1.ListModelsResponse;
import dev.tern.proto.admin.v1.Model;
import dev.tern.proto.admin.v1.ModelVersion;
import dev.tern.proto.admin.v1.RemoveLabelRequest;
import dev.tern.proto.admin.v1.RemoveLabelResponse;
import dev.tern.proto.admin.v1.ResetDriftRequest;
import dev.tern.proto.admin.v1.ResetDriftResponse;
import dev.tern.proto.admin.v1.ResetTrafficRequest;
import dev.tern.proto.admin.v1.ResetTrafficResponse;
import dev.tern.proto.admin.v1.SetLabelRequest;
import dev.tern.proto.admin.v1.SetLabelResponse;
import dev.tern.proto.admin.v1.SetTrafficRequest;
import dev.tern.proto.admin.v1.SetTrafficResponse;
import dev.tern.proto.admin.v1.StartRolloutRequest;
import dev.tern.proto.admin.v1.StartRolloutResponse;
import dev.tern.proto.admin.v1.VersionLabel;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.Refusal;
import dev.tern.server.repository.Resolution;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.repository.VersionState;
import dev.tern.server.repository.config.VersionLabels;
import dev.tern.server.rollout.Rollouts;
import dev.tern.server.traffic.Traffic;
import io.grpc.stub.StreamObserver;
import java.util.OptionalLong;
import java.util.Set;

/** Operator calls, served on a port of their own. */
final class AdminService extends AdminImplBase {
    private final ModelRepository repository;
    private final TrafficCalls traffic;
    private final RolloutCalls rollouts;

    AdminService(ModelRepository repository, Traffic traffic, Rollouts rollouts) {
        this.repository = repository;
        this.traffic = new TrafficCalls(repository, traffic);
        this.rollouts = new RolloutCalls(rollouts);
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
        var unused = repository
                .list()
                .exceptionally(ended -> repository.index())
                .thenAccept(models -> {
                    ListModelsResponse.Builder response = ListModelsResponse.newBuilder();
                    models.forEach(model -> response.addModels(describe(model)));
                    observer.onNext(response.build());
                    observer.onCompleted();
                });
    }

    @Override
    public void getScheduling(GetSchedulingRequest request, StreamObserver<GetSchedulingResponse> observer) {
        Resolution resolution = repository.acquire(request.getModel(), request.getVersion());
        if (resolution instanceof Refusal refusal) {
            observer.onError(StatusMapping.toStatus(refusal.failure()));
        } else if (resolution instanceof ServedVersion served) {
            try {
                observer.onNext(SchedulingMessages.of(served.model(), served.version(), served.scheduling()));
            } finally {
                served.release();
            }
            observer.onCompleted();
        }
    }

    @Override
    public void clearCache(ClearCacheRequest request, StreamObserver<ClearCacheResponse> observer) {
        Resolution resolution = repository.acquire(request.getModel(), "");
        if (resolution instanceof Refusal refusal) {
            observer.onError(StatusMapping.toStatus(refusal.failure()));
        } else if (resolution instanceof ServedVersion served) {
            CacheClearing clearing = new CacheClearing(repository, served, observer);
            if (request.getRedis()) {
                clearing.everywhere();
            } else {
                clearing.local();
            }
        }
    }

    @Override
    public void setLabel(SetLabelRequest request, StreamObserver<SetLabelResponse> observer) {
        if (!VersionLabels.isLabel(request.getLabel())) {
            observer.onError(StatusMapping.toStatus(Failure.invalid(
                    "label '" + request.getLabel() + "' is not allowed; must be " + VersionLabels.LABEL_RULE)));
            return;
        }
        Resolution resolution = repository.acquire(request.getModel(), request.getVersion());
        if (resolution instanceof Refusal refusal) {
            observer.onError(StatusMapping.toStatus(refusal.explained()));
        } else if (resolution instanceof ServedVersion served) {
            SetLabelResponse.Builder response = SetLabelResponse.newBuilder().setVersion(served.version());
            try {
                repository.setLabel(request.getLabel(), served).ifPresent(response::setPreviousVersion);
            } finally {
                served.release();
            }
            observer.onNext(response.build());
            observer.onCompleted();
        }
    }

    @Override
    public void removeLabel(RemoveLabelRequest request, StreamObserver<RemoveLabelResponse> observer) {
        OptionalLong before = repository.removeLabel(request.getModel(), request.getLabel());
        if (before.isEmpty()) {
            Set<String> known = repository.labels(request.getModel()).keySet();
            observer.onError(StatusMapping.toStatus(Failure.of(
                    Kind.NOT_FOUND,
                    "model '" + request.getModel() + "' has no label '" + request.getLabel() + "'; it has "
                            + (known.isEmpty() ? "none" : String.join(", ", known)))));
            return;
        }
        observer.onNext(RemoveLabelResponse.newBuilder()
                .setPreviousVersion(before.getAsLong())
                .build());
        observer.onCompleted();
    }

    @Override
    public void startRollout(StartRolloutRequest request, StreamObserver<StartRolloutResponse> observer) {
        rollouts.start(request, observer);
    }

    @Override
    public void getRollout(GetRolloutRequest request, StreamObserver<GetRolloutResponse> observer) {
        rollouts.get(request, observer);
    }

    @Override
    public void abortRollout(AbortRolloutRequest request, StreamObserver<AbortRolloutResponse> observer) {
        rollouts.abort(request, observer);
    }

    @Override
    public void getTraffic(GetTrafficRequest request, StreamObserver<GetTrafficResponse> observer) {
        traffic.get(request, observer);
    }

    @Override
    public void setTraffic(SetTrafficRequest request, StreamObserver<SetTrafficResponse> observer) {
        rollouts.unlessRunning(request.getModel(), observer, () -> traffic.set(request, observer));
    }

    @Override
    public void resetTraffic(ResetTrafficRequest request, StreamObserver<ResetTrafficResponse> observer) {
        rollouts.unlessRunning(request.getModel(), observer, () -> traffic.reset(request, observer));
    }

    @Override
    public void getDrift(GetDriftRequest request, StreamObserver<GetDriftResponse> observer) {
        DriftCalls.of(
                repository.acquire(request.getModel(), request.getVersion()),
                (served, watch) -> DriftMessages.of(served.model(), served.version(), watch.state()),
                observer);
    }

    @Override
    public void resetDrift(ResetDriftRequest request, StreamObserver<ResetDriftResponse> observer) {
        DriftCalls.of(
                repository.acquire(request.getModel(), request.getVersion()),
                (served, watch) -> {
                    watch.takeAnew();
                    return ResetDriftResponse.newBuilder()
                            .setVersion(served.version())
                            .build();
                },
                observer);
    }

    private Model describe(ModelIndex model) {
        Model.Builder described = Model.newBuilder()
                .setName(model.name())
                .setRepository(model.repository())
                .setReason(model.reason());
        model.versions().forEach(version -> described.addVersions(describe(model.name(), version)));
        repository
                .labels(model.name())
                .forEach((label, version) -> described.addLabels(VersionLabel.newBuilder()
                        .setLabel(label)
                        .setVersion(version)
                        .setReady(isReady(model, version))));
        return described.build();
    }

    private static boolean isReady(ModelIndex model, long version) {
        return model.versions().stream()
                .anyMatch(each -> each.version() == version && each.state() == VersionState.READY);
    }

    private ModelVersion describe(String model, VersionIndex version) {
        ModelVersion.Builder described = ModelVersion.newBuilder()
                .setVersion(version.version())
                .setState(state(version.state()))
                .setReason(version.reason())
                .setInstances(version.instances())
                .addAllWarnings(version.warnings());
        if (version.config() != null) {
            described.setMaxBatchSize(version.config().getMaxBatchSize());
        }
        if (version.state() == VersionState.READY) {
            described.addAllDriftedFeatures(
                    DriftCalls.drifted(repository.acquire(model, Long.toString(version.version()))));
        }
        return described.build();
    }

    private static ModelVersion.State state(VersionState state) {
        return switch (state) {
            case LOADING -> ModelVersion.State.STATE_LOADING;
            case READY -> ModelVersion.State.STATE_READY;
            case UNLOADING -> ModelVersion.State.STATE_UNLOADING;
            case UNAVAILABLE -> ModelVersion.State.STATE_UNAVAILABLE;
        };
    }
}
