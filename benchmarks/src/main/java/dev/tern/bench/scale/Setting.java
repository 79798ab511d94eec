package dev.tern.bench.scale;

import java.util.ArrayList;
import java.util.List;

/**
 * What is varied.
 *
 * @param eventLoops the server's gRPC event loops
 * @param instances of the model, and as many runs at the same time
 */
public record Setting(int eventLoops, int instances) {
    /** All pairs, event loops varied last. */
    public static List<Setting> all(List<Integer> eventLoops, List<Integer> instances) {
        List<Setting> all = new ArrayList<>();
        instances.forEach(each -> eventLoops.forEach(loops -> all.add(new Setting(loops, each))));
        return all;
    }

    /** For people. */
    @Override
    public String toString() {
        return eventLoops
                + (eventLoops == 1 ? " event loop, " : " event loops, ")
                + instances
                + (instances == 1 ? " instance" : " instances");
    }
}
