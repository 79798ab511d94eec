package dev.tern.server.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is loaded and not yet closed, served or not. Owned by the control thread. */
final class OpenVersions {
    private static final Logger log = LoggerFactory.getLogger(OpenVersions.class);

    private final Map<ServedVersion, VersionContent> open = new LinkedHashMap<>();
    private final VersionLoader loader;
    private final Executor control;
    private final Executor loaders;
    private final Consumer<ServedVersion> onClosed;

    /** @param onClosed told on the control thread */
    OpenVersions(VersionLoader loader, Executor control, Executor loaders, Consumer<ServedVersion> onClosed) {
        this.loader = loader;
        this.control = control;
        this.loaders = loaders;
        this.onClosed = onClosed;
    }

    void add(ServedVersion served, VersionContent madeFrom) {
        open.put(served, madeFrom);
    }

    /** Whether {@code served} is what loading {@code content} would give. */
    boolean isMadeFrom(ServedVersion served, VersionContent content) {
        return content.isSameAs(open.getOrDefault(served, VersionContent.UNKNOWN));
    }

    /** Whether loading {@code content} would give the sessions of {@code served}. */
    boolean hasModelOf(ServedVersion served, VersionContent content) {
        return content.hasModelOf(open.getOrDefault(served, VersionContent.UNKNOWN));
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    boolean hasAnyOf(String model) {
        return open.keySet().stream().anyMatch(each -> each.model().equals(model));
    }

    boolean has(String model, long version) {
        return open.keySet().stream()
                .anyMatch(each -> each.version() == version && each.model().equals(model));
    }

    /** Bytes of the files that all of it was made from; those of versions that share their sessions once. */
    long bytes() {
        Map<Object, Long> byWeights = new HashMap<>();
        open.forEach((served, content) -> byWeights.put(served.weights(), content.bytes()));
        return byWeights.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Each with what keeps it open. */
    List<String> left() {
        List<String> left = new ArrayList<>();
        open.keySet()
                .forEach(each ->
                        left.add(each + (each.leases() > 0 ? " has " + each.leases() + " requests" : " is closing")));
        return left;
    }

    /**
     * What each version is given to call, on any thread, when nobody uses it any more.
     *
     * @param upload what it was loaded from and has a reference on; null if that is in a repository
     */
    Consumer<ServedVersion> closing(@Nullable Upload upload) {
        return served -> {
            boolean accepted = Tasks.submit(loaders, () -> close(served, upload));
            if (!accepted) {
                log.warn(
                        "Model '{}' version {} is left open: the loaders have stopped",
                        served.model(),
                        served.version());
            }
        };
    }

    /** Loader thread. */
    private void close(ServedVersion served, @Nullable Upload upload) {
        try {
            loader.close(served);
            if (upload != null) {
                upload.release();
            }
        } finally {
            Tasks.submit(control, () -> closed(served));
        }
    }

    private void closed(ServedVersion served) {
        open.remove(served);
        log.info("Model '{}' version {}: unloaded", served.model(), served.version());
        onClosed.accept(served);
    }
}
