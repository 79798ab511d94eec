package dev.tern.server.http;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The paths that balancers and orchestrators ask. */
public final class HealthRoutes {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int SERVICE_UNAVAILABLE = 503;

    private HealthRoutes() {}

    /**
     * {@code /healthz} and {@code /readyz}, answering 200 or 503 with a text; and KServe's two, answering 200 or 400
     * without one, as Triton does.
     */
    public static Map<String, Route> of(BooleanSupplier live, Supplier<Readiness> readiness) {
        return Map.of(
                "/healthz", accept -> live(live.getAsBoolean()),
                "/readyz", accept -> ready(readiness.get()),
                "/v2/health/live", accept -> Answer.empty(live.getAsBoolean() ? OK : BAD_REQUEST),
                "/v2/health/ready", accept -> Answer.empty(readiness.get().ready() ? OK : BAD_REQUEST));
    }

    /** {@code /healthz} alone, for a port that serves something else. */
    public static Map<String, Route> liveness(BooleanSupplier live) {
        return Map.of("/healthz", accept -> live(live.getAsBoolean()));
    }

    private static Answer live(boolean live) {
        return live ? Answer.text(OK, "live") : Answer.text(SERVICE_UNAVAILABLE, "not live");
    }

    private static Answer ready(Readiness readiness) {
        String verdict = readiness.ready() ? "ready" : "not ready";
        StringBuilder text = new StringBuilder(verdict);
        readiness.notes().forEach(note -> text.append('\n').append(note));
        return Answer.text(readiness.ready() ? OK : SERVICE_UNAVAILABLE, text.toString());
    }
}
