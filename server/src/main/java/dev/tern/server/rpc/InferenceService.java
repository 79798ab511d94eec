package dev.tern.server.rpc;

import dev.tern.proto.inference.CudaSharedMemoryRegisterRequest;
import dev.tern.proto.inference.CudaSharedMemoryRegisterResponse;
import dev.tern.proto.inference.CudaSharedMemoryStatusRequest;
import dev.tern.proto.inference.CudaSharedMemoryStatusResponse;
import dev.tern.proto.inference.CudaSharedMemoryUnregisterRequest;
import dev.tern.proto.inference.CudaSharedMemoryUnregisterResponse;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.tern.proto.inference.LogSettingsRequest;
import dev.tern.proto.inference.LogSettingsResponse;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelConfigResponse;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ModelReadyResponse;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.inference.ModelStatisticsResponse;
import dev.tern.proto.inference.RepositoryIndexRequest;
import dev.tern.proto.inference.RepositoryIndexResponse;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.proto.inference.RepositoryModelLoadResponse;
import dev.tern.proto.inference.RepositoryModelUnloadRequest;
import dev.tern.proto.inference.RepositoryModelUnloadResponse;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.proto.inference.ServerLiveResponse;
import dev.tern.proto.inference.ServerMetadataRequest;
import dev.tern.proto.inference.ServerMetadataResponse;
import dev.tern.proto.inference.ServerReadyRequest;
import dev.tern.proto.inference.ServerReadyResponse;
import dev.tern.proto.inference.SystemSharedMemoryRegisterRequest;
import dev.tern.proto.inference.SystemSharedMemoryRegisterResponse;
import dev.tern.proto.inference.SystemSharedMemoryStatusRequest;
import dev.tern.proto.inference.SystemSharedMemoryStatusResponse;
import dev.tern.proto.inference.SystemSharedMemoryUnregisterRequest;
import dev.tern.proto.inference.SystemSharedMemoryUnregisterResponse;
import dev.tern.proto.inference.TraceSettingRequest;
import dev.tern.proto.inference.TraceSettingResponse;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.Refusal;
import dev.tern.server.repository.Resolution;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.repository.VersionState;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The Open Inference Protocol's service. Calls that are not here answer UNIMPLEMENTED; ModelInfer and
 * ModelStreamInfer are {@link InferMethod}'s.
 *
 * <p>Runs on gRPC's event loops.
 */
final class InferenceService extends GRPCInferenceServiceImplBase {
    private static final String SHARED_MEMORY = "system_shared_memory";
    private static final String TRACE = "trace";

    /** The protocol's extensions that this server implements, whatever its settings. */
    private static final List<String> EXTENSIONS = List.of(
            "classification",
            "sequence",
            "model_repository",
            "model_repository(unload_dependents)",
            "schedule_policy",
            "model_configuration",
            "binary_tensor_data",
            "parameters",
            "statistics",
            "logging");

    private final ModelRepository repository;
    private final ServerStatus status;
    private final RepositoryCalls repositoryCalls;
    private final SharedMemoryCalls sharedMemoryCalls;
    private final LogCalls logCalls;
    private final TraceCalls traceCalls;
    private final List<String> extensions;

    InferenceService(ModelRepository repository, ServerStatus status, SharedMemoryCalls sharedMemoryCalls) {
        this.repository = repository;
        this.status = status;
        this.repositoryCalls = new RepositoryCalls(repository);
        this.sharedMemoryCalls = sharedMemoryCalls;
        this.logCalls = new LogCalls(status.log());
        this.traceCalls = new TraceCalls(status.tracing());
        this.extensions = Stream.of(
                        EXTENSIONS.stream(),
                        status.tracing().canWrite() ? Stream.of(TRACE) : Stream.<String>empty(),
                        sharedMemoryCalls.areAllowed() ? Stream.of(SHARED_MEMORY) : Stream.<String>empty())
                .flatMap(Function.identity())
                .toList();
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
        unlessExiting(
                observer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
        unlessExiting(
                observer,
                () -> ServerReadyResponse.newBuilder().setReady(status.ready()).build());
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
        answer(
                observer,
                ServerMetadataResponse.newBuilder()
                        .setName("tern")
                        .setVersion(status.version())
                        .addAllExtensions(extensions)
                        .build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
        if (status.exiting()) {
            observer.onError(exiting());
            return;
        }
        withVersion(
                request.getName(),
                request.getVersion(),
                observer,
                served -> ModelReadyResponse.newBuilder().setReady(true).build());
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
        withVersion(
                request.getName(),
                request.getVersion(),
                observer,
                served -> ModelDescription.metadata(
                        served.config(),
                        request.getVersion().isEmpty() ? readyVersions(request.getName()) : List.of(served.version())));
    }

    @Override
    public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
        withVersion(
                request.getName(),
                request.getVersion(),
                observer,
                served -> ModelConfigResponse.newBuilder()
                        .setConfig(served.config())
                        .build());
    }

    @Override
    public void modelStatistics(ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> observer) {
        try {
            answer(observer, new StatisticsAnswer(repository).to(request));
        } catch (Malformed e) {
            observer.onError(StatusMapping.toStatus(e.failure()));
        }
    }

    @Override
    public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
        repositoryCalls.index(request, observer);
    }

    @Override
    public void repositoryModelLoad(
            RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
        repositoryCalls.load(request, observer);
    }

    @Override
    public void repositoryModelUnload(
            RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> observer) {
        repositoryCalls.unload(request, observer);
    }

    @Override
    public void systemSharedMemoryStatus(
            SystemSharedMemoryStatusRequest request, StreamObserver<SystemSharedMemoryStatusResponse> observer) {
        sharedMemoryCalls.status(request, observer);
    }

    @Override
    public void systemSharedMemoryRegister(
            SystemSharedMemoryRegisterRequest request, StreamObserver<SystemSharedMemoryRegisterResponse> observer) {
        sharedMemoryCalls.register(request, observer);
    }

    @Override
    public void systemSharedMemoryUnregister(
            SystemSharedMemoryUnregisterRequest request,
            StreamObserver<SystemSharedMemoryUnregisterResponse> observer) {
        sharedMemoryCalls.unregister(request, observer);
    }

    @Override
    public void traceSetting(TraceSettingRequest request, StreamObserver<TraceSettingResponse> observer) {
        Failure refusal = null;
        if (!request.getModelName().isEmpty()) {
            Resolution found = repository.acquire(request.getModelName(), "");
            if (found instanceof Refusal refused) {
                refusal = refused.explained();
            } else if (found instanceof ServedVersion served) {
                served.release();
            }
        }
        traceCalls.setting(request, refusal, observer);
    }

    @Override
    public void logSettings(LogSettingsRequest request, StreamObserver<LogSettingsResponse> observer) {
        logCalls.settings(request, observer);
    }

    @Override
    public void cudaSharedMemoryStatus(
            CudaSharedMemoryStatusRequest request, StreamObserver<CudaSharedMemoryStatusResponse> observer) {
        sharedMemoryCalls.status(request, observer);
    }

    @Override
    public void cudaSharedMemoryRegister(
            CudaSharedMemoryRegisterRequest request, StreamObserver<CudaSharedMemoryRegisterResponse> observer) {
        sharedMemoryCalls.register(request, observer);
    }

    @Override
    public void cudaSharedMemoryUnregister(
            CudaSharedMemoryUnregisterRequest request, StreamObserver<CudaSharedMemoryUnregisterResponse> observer) {
        sharedMemoryCalls.unregister(request, observer);
    }

    private List<Long> readyVersions(String model) {
        return repository.index().stream()
                .filter(each -> each.name().equals(model))
                .flatMap(each -> each.versions().stream())
                .filter(each -> each.state() == VersionState.READY)
                .map(VersionIndex::version)
                .toList();
    }

    private <T> void withVersion(
            String model, String version, StreamObserver<T> observer, Function<ServedVersion, T> response) {
        Resolution resolution = repository.acquire(model, version);
        if (resolution instanceof Refusal refusal) {
            observer.onError(StatusMapping.toStatus(refusal.explained()));
        } else if (resolution instanceof ServedVersion served) {
            try {
                answer(observer, response.apply(served));
            } finally {
                served.release();
            }
        }
    }

    private <T> void unlessExiting(StreamObserver<T> observer, Supplier<T> response) {
        if (status.exiting()) {
            observer.onError(exiting());
        } else {
            answer(observer, response.get());
        }
    }

    private static StatusRuntimeException exiting() {
        return StatusMapping.toStatus(Failure.of(Kind.UNAVAILABLE, "Server exiting"));
    }

    private static <T> void answer(StreamObserver<T> observer, T response) {
        observer.onNext(response);
        observer.onCompleted();
    }
}
