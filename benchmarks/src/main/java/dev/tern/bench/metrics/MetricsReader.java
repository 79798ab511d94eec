package dev.tern.bench.metrics;

import dev.tern.bench.measure.ServerCounts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Reads one model's counts from a server's Prometheus page. Thread-safe. */
public final class MetricsReader {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int OK = 200;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final URI page;

    /** Reads the page at this address, of the scheme http or https. */
    public MetricsReader(URI page) {
        this.page = page;
    }

    /**
     * Fetches the page; returns at once.
     *
     * @param version decimal; empty for all of the model's versions together
     * @return fails where the page cannot be had or does not tell of the model, with a message for people
     */
    public CompletableFuture<ServerCounts> counts(String model, String version) {
        HttpRequest request = HttpRequest.newBuilder(page).timeout(PATIENCE).build();
        return http.sendAsync(request, BodyHandlers.ofString()).handle((answer, failure) -> {
            if (failure != null) {
                throw new IllegalStateException(page + " cannot be read", failure);
            }
            return read(answer, model, version);
        });
    }

    private ServerCounts read(HttpResponse<String> answer, String model, String version) {
        if (answer.statusCode() != OK) {
            throw new IllegalStateException(page + " answers with status " + answer.statusCode());
        }
        return CountedModel.on(MetricsPage.parse(answer.body()), model, version)
                .orElseThrow(() -> new IllegalStateException(
                        page + " does not tell of model '" + model + "' by Tern's or Triton's names"));
    }
}
