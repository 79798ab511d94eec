package dev.tern.bench.process;

import dev.tern.bench.target.TargetException;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server under measurement writes on standard error: the ports that it has chosen, news, and what a person should
 * see, which is passed on. Read by one thread; any may wait for the ports.
 */
final class ServerLog {
    private static final Pattern LIVE = Pattern.compile("Live: gRPC (\\d+), HTTP \\d+, metrics (\\d+)");
    private static final Pattern NEWS = Pattern.compile("^\\S+ INFO +\\[.*");
    private static final int PATIENCE_SECONDS = 120;

    private final CompletableFuture<Listening> listening = new CompletableFuture<>();
    private final Consumer<String> rest;

    /** @param rest gets every line but those of log level info */
    ServerLog(Consumer<String> rest) {
        this.rest = rest;
    }

    /** Ports that are open. */
    record Listening(int grpc, int metrics) {}

    /** Reads until there is no more, which is with the server's end. */
    void read(BufferedReader lines) {
        try (lines) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            // The server has ended.
        } finally {
            listening.completeExceptionally(new EOFException());
        }
    }

    private void take(String line) {
        Matcher live = LIVE.matcher(line);
        if (live.find()) {
            listening.complete(new Listening(Integer.parseInt(live.group(1)), Integer.parseInt(live.group(2))));
        }
        if (!NEWS.matcher(line).matches()) {
            rest.accept(line);
        }
    }

    /**
     * Blocks until the server listens.
     *
     * @throws TargetException when it has ended before that, or takes too long
     */
    Listening listening() {
        try {
            return listening.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new TargetException("the server has ended before it listened");
        } catch (TimeoutException e) {
            throw new TargetException("the server does not listen after " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetException("interrupted before the server listened");
        }
    }
}
