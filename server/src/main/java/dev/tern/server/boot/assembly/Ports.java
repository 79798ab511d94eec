package dev.tern.server.boot.assembly;

import dev.tern.server.boot.options.ServerOptions.Network;
import dev.tern.server.http.Answer;
import dev.tern.server.http.BindFailure;
import dev.tern.server.http.HealthRoutes;
import dev.tern.server.http.HttpServer;
import dev.tern.server.http.Route;
import dev.tern.server.rpc.GrpcPorts;
import dev.tern.server.telemetry.Scrape;
import dev.tern.server.telemetry.Telemetry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The ports that are open, as numbers. */
public record Ports(int grpc, int http, int metrics, Optional<Integer> admin) {
    private static final int OK = 200;

    /** Opens the HTTP ports beside the gRPC ones. */
    static Ports open(Network network, HttpServer http, GrpcPorts grpc, ServerState state, Telemetry telemetry)
            throws BindFailure {
        int health = http.open(
                "--http-port",
                network.host(),
                network.httpPort(),
                HealthRoutes.of(() -> !state.exiting(), state::readiness));
        int metrics =
                http.open("--metrics-port", network.host(), network.metricsPort(), metricsRoutes(state, telemetry));
        return new Ports(grpc.port(), health, metrics, grpc.adminPort());
    }

    /** In one line, for people, and for programs that had the server choose its ports: {@code tern-bench} reads it. */
    public String describe() {
        return "gRPC " + grpc + ", HTTP " + http + ", metrics " + metrics
                + admin.map(port -> ", admin " + port).orElse("");
    }

    private static Map<String, Route> metricsRoutes(ServerState state, Telemetry telemetry) {
        Map<String, Route> routes = new HashMap<>(HealthRoutes.liveness(() -> !state.exiting()));
        routes.put("/metrics", accept -> {
            Scrape scrape = telemetry.scrape(accept);
            return new Answer(OK, scrape.contentType(), scrape.text());
        });
        return routes;
    }
}
