package dev.tern.server.rollout;

/** Finds versions that are served, for a rollout between them; any thread, never blocks. */
public interface ServedVersions {
    /**
     * Finds both.
     *
     * @param candidate a number or a label
     * @param baseline likewise; empty for the highest version other than the candidate
     * @throws RolloutException if one is not served
     */
    ServedPair find(String model, String candidate, String baseline) throws RolloutException;
}
