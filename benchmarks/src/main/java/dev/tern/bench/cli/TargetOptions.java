package dev.tern.bench.cli;

import dev.tern.bench.target.HostPort;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server, which model, over what. */
final class TargetOptions {
    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            converter = Parsed.Targets.class,
            description = "The server's gRPC address, such as localhost:8001. Required.")
    @Nullable
    HostPort address;

    @Option(names = "--model", paramLabel = "NAME", description = "The model to load. Required.")
    @Nullable
    String model;

    @Option(
            names = "--model-version",
            paramLabel = "N",
            description = "The model's version. Default: the one the server chooses.")
    String modelVersion = "";

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "HTTP/2 connections the requests are spread over. Default: ${DEFAULT-VALUE}.")
    int connections = 4;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Event loops of the generator. Default: one per connection, but no more than half the cores.")
    @Nullable
    Integer threads;

    HostPort address() {
        if (address == null) {
            throw new IllegalArgumentException("--target is missing (expected: --target HOST:PORT)");
        }
        return address;
    }

    String model() {
        if (model == null) {
            throw new IllegalArgumentException("--model is missing (expected: --model NAME)");
        }
        return model;
    }

    int threads() {
        if (threads != null) {
            return Allowed.atLeastOne("--threads", threads);
        }
        return Math.max(1, Math.min(connections, Runtime.getRuntime().availableProcessors() / 2));
    }
}
