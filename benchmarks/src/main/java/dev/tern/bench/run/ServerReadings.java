package dev.tern.bench.run;

import dev.tern.bench.input.RequestHead;
import dev.tern.bench.measure.ServerCounts;
import dev.tern.bench.metrics.MetricsReader;
import dev.tern.bench.target.Target;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the server's own counts when the measured window begins and when it ends; what lies between is the window's. Tried
 * once before the load, so that a server that does not tell is not asked under load.
 */
final class ServerReadings {
    private final Supplier<CompletableFuture<ServerCounts>> reader;
    private final boolean wanted;
    private final String missing;
    private volatile @Nullable CompletableFuture<ServerCounts> before;
    private @Nullable CompletableFuture<ServerCounts> after;
    private Optional<ServerCounts> counts = Optional.empty();
    private String failure = "";

    ServerReadings(Supplier<CompletableFuture<ServerCounts>> reader, boolean wanted) {
        this.reader = reader;
        this.wanted = wanted;
        missing = reason(reader.get());
    }

    /** Of the Prometheus page where one is given, else of ModelStatistics. */
    static ServerReadings of(Target target, RequestHead head, Optional<URI> page) {
        Supplier<CompletableFuture<ServerCounts>> reader = page.map(MetricsReader::new)
                .<Supplier<CompletableFuture<ServerCounts>>>map(
                        metrics -> () -> metrics.counts(head.model(), head.version()))
                .orElse(() -> target.counts(head.model(), head.version()));
        return new ServerReadings(reader, page.isPresent());
    }

    /** The window begins; must not block. */
    void began() {
        if (missing.isEmpty()) {
            before = reader.get();
        }
    }

    /** The window is over; only the first call counts. Asks when the first answer is there, so that none overtakes it. */
    void ended() {
        CompletableFuture<ServerCounts> first = before;
        if (first != null && after == null) {
            after = first.thenCompose(counts -> reader.get());
        }
    }

    /** Waits for both readings; to be called once, after the load. */
    void take() {
        CompletableFuture<ServerCounts> first = before;
        CompletableFuture<ServerCounts> last = after;
        if (first == null || last == null) {
            failure = missing.isEmpty() ? "the window never began" : missing;
            return;
        }
        failure = reason(first).isEmpty() ? reason(last) : reason(first);
        if (failure.isEmpty()) {
            counts = Optional.of(last.join().since(first.join())).filter(ServerCounts::isUsable);
            failure = counts.isPresent() ? "" : "the server counted no run of the model in the window";
        }
    }

    Optional<ServerCounts> counts() {
        return counts;
    }

    /** Why there are none; empty where there are. */
    String missing() {
        return failure;
    }

    /** What to tell the user, who asked for them; empty where nothing is amiss. */
    Optional<String> complaint() {
        return wanted && !failure.isEmpty()
                ? Optional.of("the server's own figures are left out: " + failure + ".")
                : Optional.empty();
    }

    /** Waits; empty where there is an answer. */
    private static String reason(CompletableFuture<ServerCounts> reading) {
        try {
            Object unused = reading.join();
            return "";
        } catch (CompletionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            return Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        }
    }
}
