package dev.tern.bench.load;

import java.util.Map;

/** How requests follow one another. Immutable; a plan makes one loop per run. */
public interface LoadPlan {
    /** For people, in a few words. */
    String describe();

    /** For machines: the settings by their names in the report. */
    Map<String, Object> settings();

    /** How many connections of those asked for can be of use. */
    int usefulConnections(int asked);

    /** Makes the loop that sends the requests. */
    Loop loop(Traffic traffic);
}
