package dev.tern.server.rpc;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;

/**
 * The standard health service: Check and Watch for the server (the empty name and the inference service's) and for each
 * model under its name.
 */
public final class HealthStates {
    private final HealthStatusManager manager = new HealthStatusManager();

    /** Starts as not serving. */
    public HealthStates() {
        serverChanged(false);
    }

    BindableService service() {
        return manager.getHealthService();
    }

    public void serverChanged(boolean ready) {
        manager.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status(ready));
        manager.setStatus(GRPCInferenceServiceGrpc.SERVICE_NAME, status(ready));
    }

    public void modelChanged(String model, boolean ready) {
        manager.setStatus(model, status(ready));
    }

    /** A model is known no more. */
    public void modelGone(String model) {
        manager.clearStatus(model);
    }

    /** Not serving from here on, whatever is reported later. */
    public void exiting() {
        manager.enterTerminalState();
    }

    private static ServingStatus status(boolean ready) {
        return ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }
}
