package dev.tern.bench.cli;

import dev.tern.bench.target.HostPort;
import java.nio.file.Path;
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

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model to load. Required, unless --mix says which.")
    @Nullable
    String model;

    @Option(
            names = "--model-version",
            paramLabel = "N",
            description = "The model's version. Default: the one the server chooses.")
    String modelVersion = "";

    @Option(
            names = "--mix",
            paramLabel = "FILE",
            description =
                    "Load several models at once. A JSON file: {\"models\": [{\"model\": \"ranker\", \"weight\": 3},"
                            + " {\"model\": \"encoder\", \"shapes\": {\"ids\": \"zipf(8,512)\"}}]}. Each request goes to one of them,"
                            + " drawn by weight. Besides model and weight (1) an entry may have version, rows, shapes, ranges,"
                            + " vocabularies, zero, data, distinct, keys, timeout, priority and queue_timeout, each as the"
                            + " option of that name has it; what is missing is as the options say.")
    @Nullable
    Path mix;

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
            throw new IllegalArgumentException("--model is missing (expected: --model NAME, or --mix FILE)");
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
