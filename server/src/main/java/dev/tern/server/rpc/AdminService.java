package dev.tern.server.rpc;

import dev.tern.proto.admin.v1.AdminGrpc.AdminImplBase;
import dev.tern.proto.admin.v1.ClearCacheRequest;
import dev.tern.proto.admin.v1.ClearCacheResponse;
import dev.tern.proto.admin.v1.GetSchedulingRequest;
import dev.tern.proto.admin.v1.GetSchedulingResponse;
import dev.tern.proto.admin.v1.ListModelsRequest;
import dev.tern.proto.admin.v1.ListModelsResponse;
import dev.tern.proto.admin.v1.Model;
import dev.tern.proto.admin.v1.ModelVersion;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.Refusal;
import dev.tern.server.repository.Resolution;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.repository.VersionState;
import io.grpc.stub.StreamObserver;

/** Operator calls, served on a port of their own. */
final class AdminService extends AdminImplBase {
    private final ModelRepository repository;

    AdminService(ModelRepository repository) {
        this.repository = repository;
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

    private static Model describe(ModelIndex model) {
        Model.Builder described = Model.newBuilder()
                .setName(model.name())
                .setRepository(model.repository())
                .setReason(model.reason());
        model.versions().forEach(version -> described.addVersions(describe(version)));
        return described.build();
    }

    private static ModelVersion describe(VersionIndex version) {
        ModelVersion.Builder described = ModelVersion.newBuilder()
                .setVersion(version.version())
                .setState(state(version.state()))
                .setReason(version.reason())
                .setInstances(version.instances())
                .addAllWarnings(version.warnings());
        if (version.config() != null) {
            described.setMaxBatchSize(version.config().getMaxBatchSize());
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
