package dev.tern.server.repository;

import java.util.concurrent.CompletionStage;

/** What servers that share their answers keep of a model together. Any thread. */
public interface SharedCache {
    /**
     * What clearing came to.
     *
     * @param answers that were removed
     * @param problem why not all of them were, to follow "as"; empty if they were
     */
    record Cleared(long answers, String problem) {}

    /** Removes the answers of all versions of the model. Completed on any thread, never exceptionally. */
    CompletionStage<Cleared> clear();
}
