package dev.tern.client;

import io.grpc.health.v1.HealthCheckResponse;

/** What {@code grpc.health.v1} says of a server or of one of its services. */
public enum HealthStatus {
    /** Send requests. */
    SERVING,
    /** There, but not to be sent requests. */
    NOT_SERVING,
    /** There is no service of this name. */
    SERVICE_UNKNOWN,
    /** The server does not know, or says what this client does not know. */
    UNKNOWN;

    static HealthStatus of(HealthCheckResponse response) {
        switch (response.getStatus()) {
            case SERVING:
                return SERVING;
            case NOT_SERVING:
                return NOT_SERVING;
            case SERVICE_UNKNOWN:
                return SERVICE_UNKNOWN;
            case UNKNOWN:
            case UNRECOGNIZED:
                return UNKNOWN;
        }
        throw new AssertionError(response.getStatus());
    }
}
