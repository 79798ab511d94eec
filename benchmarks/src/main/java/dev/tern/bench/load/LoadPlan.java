package dev.tern.bench.load;

import java.util.List;
import java.util.Map;

/** How requests follow one another. Immutable; a plan makes one loop per run. */
public interface LoadPlan {
    /** For people, in a few words. */
    String describe();

    /** For machines: the settings by their names in the report. */
    Map<String, Object> settings();

    /** How many connections of those asked for can be of use. */
    int usefulConnections(int asked);

    /** The parts in time that the report is to show each for itself, from the begin of the window on; none for none. */
    default List<Stage> steps() {
        return List.of();
    }

    /** Makes the loop that sends the requests. */
    Loop loop(Traffic traffic);
}
