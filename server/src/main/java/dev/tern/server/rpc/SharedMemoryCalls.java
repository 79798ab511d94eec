package dev.tern.server.rpc;

import dev.tern.proto.inference.CudaSharedMemoryRegisterRequest;
import dev.tern.proto.inference.CudaSharedMemoryRegisterResponse;
import dev.tern.proto.inference.CudaSharedMemoryStatusRequest;
import dev.tern.proto.inference.CudaSharedMemoryStatusResponse;
import dev.tern.proto.inference.CudaSharedMemoryUnregisterRequest;
import dev.tern.proto.inference.CudaSharedMemoryUnregisterResponse;
import dev.tern.proto.inference.SystemSharedMemoryRegisterRequest;
import dev.tern.proto.inference.SystemSharedMemoryRegisterResponse;
import dev.tern.proto.inference.SystemSharedMemoryStatusRequest;
import dev.tern.proto.inference.SystemSharedMemoryStatusResponse;
import dev.tern.proto.inference.SystemSharedMemoryUnregisterRequest;
import dev.tern.proto.inference.SystemSharedMemoryUnregisterResponse;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.sharedmemory.RegionException;
import dev.tern.server.sharedmemory.RegionStatus;
import dev.tern.server.sharedmemory.Regions;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The calls that name and forget regions of shared memory, with Triton's codes and wording. Any thread. */
final class SharedMemoryCalls {
    private static final Failure DISABLED = Failure.of(
            Kind.UNIMPLEMENTED,
            "Client shared memory is disabled. Start the server with '--allow-client-shm=true' to enable.");

    private static final Failure NO_CUDA = Failure.of(
            Kind.UNIMPLEMENTED,
            "CUDA shared memory is not supported: this server runs models on the CPU and has no access to a GPU's memory;"
                    + " use system shared memory");

    private static final Failure TOO_MANY =
            Failure.of(Kind.RESOURCE_EXHAUSTED, "too many shared memory regions are being registered");

    private final Regions regions;
    private final Executor registering;

    /** @param registering runs what may wait for other processes, or throws {@link RejectedExecutionException} */
    SharedMemoryCalls(Regions regions, Executor registering) {
        this.regions = regions;
        this.registering = registering;
    }

    /** Whether clients may register regions. */
    boolean areAllowed() {
        return regions.areAllowed();
    }

    void status(SystemSharedMemoryStatusRequest request, StreamObserver<SystemSharedMemoryStatusResponse> observer) {
        String name = request.getName();
        List<RegionStatus> asked = name.isEmpty()
                ? regions.statuses()
                : regions.status(name).stream().toList();
        if (asked.isEmpty() && !name.isEmpty()) {
            refuse(observer, notFound("Unable to find system shared memory region: '" + name + "'"));
            return;
        }
        SystemSharedMemoryStatusResponse.Builder response = SystemSharedMemoryStatusResponse.newBuilder();
        for (RegionStatus each : asked) {
            response.putRegions(
                    each.name(),
                    SystemSharedMemoryStatusResponse.RegionStatus.newBuilder()
                            .setName(each.name())
                            .setKey(each.key())
                            .setOffset(each.offset())
                            .setByteSize(each.byteSize())
                            .build());
        }
        answer(observer, response.build());
    }

    void register(
            SystemSharedMemoryRegisterRequest request, StreamObserver<SystemSharedMemoryRegisterResponse> observer) {
        if (!regions.areAllowed()) {
            refuse(observer, DISABLED);
            return;
        }
        RepositoryCalls.outlivesItsCaller(observer);
        try {
            registering.execute(() -> registerNow(request, observer));
        } catch (RejectedExecutionException e) {
            refuse(observer, TOO_MANY);
        }
    }

    private void registerNow(
            SystemSharedMemoryRegisterRequest request, StreamObserver<SystemSharedMemoryRegisterResponse> observer) {
        String name = request.getName();
        try {
            if (regions.register(name, request.getKey(), request.getOffset(), request.getByteSize())) {
                answer(observer, SystemSharedMemoryRegisterResponse.getDefaultInstance());
            } else {
                String taken = "shared memory region '" + name + "' already in manager";
                observer.onError(Status.ALREADY_EXISTS
                        .withDescription(StatusMapping.shortened(taken))
                        .asRuntimeException());
            }
        } catch (RegionException e) {
            refuse(observer, e.failure());
        }
    }

    void unregister(
            SystemSharedMemoryUnregisterRequest request,
            StreamObserver<SystemSharedMemoryUnregisterResponse> observer) {
        if (!regions.areAllowed()) {
            refuse(observer, DISABLED);
            return;
        }
        if (request.getName().isEmpty()) {
            regions.unregisterAll();
        } else {
            regions.unregister(request.getName());
        }
        answer(observer, SystemSharedMemoryUnregisterResponse.getDefaultInstance());
    }

    /** There are none. */
    void status(CudaSharedMemoryStatusRequest request, StreamObserver<CudaSharedMemoryStatusResponse> observer) {
        String name = request.getName();
        if (name.isEmpty()) {
            answer(observer, CudaSharedMemoryStatusResponse.getDefaultInstance());
        } else if (regions.status(name).isPresent()) {
            refuse(
                    observer,
                    notFound("The region named '" + name
                            + "' is registered as system shared memory, not CUDA shared memory"));
        } else {
            refuse(observer, notFound("Unable to find cuda shared memory region: '" + name + "'"));
        }
    }

    void register(CudaSharedMemoryRegisterRequest request, StreamObserver<CudaSharedMemoryRegisterResponse> observer) {
        refuse(observer, regions.areAllowed() ? NO_CUDA : DISABLED);
    }

    /** Clients forget all regions of either kind before they begin. */
    void unregister(
            CudaSharedMemoryUnregisterRequest request, StreamObserver<CudaSharedMemoryUnregisterResponse> observer) {
        if (regions.areAllowed()) {
            answer(observer, CudaSharedMemoryUnregisterResponse.getDefaultInstance());
        } else {
            refuse(observer, DISABLED);
        }
    }

    private static Failure notFound(String message) {
        return Failure.of(Kind.NOT_FOUND, message);
    }

    private static void refuse(StreamObserver<?> observer, Failure failure) {
        observer.onError(StatusMapping.toStatus(failure));
    }

    private static <T> void answer(StreamObserver<T> observer, T response) {
        observer.onNext(response);
        observer.onCompleted();
    }
}
