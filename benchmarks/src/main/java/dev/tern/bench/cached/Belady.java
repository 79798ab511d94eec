package dev.tern.bench.cached;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The best that any cache of so many entries could do with a trace: Bélády's rule with admission. Of what is kept and what
 * has just been asked for, that goes whose next use is farthest away; so what comes later than all that is kept is not let
 * in, and what never comes again is not kept.
 *
 * <p>A next use is a place in the trace, of one key alone: keeping the places at which kept keys come next is keeping the
 * keys.
 */
final class Belady {
    private static final int NEVER = Integer.MAX_VALUE;

    private Belady() {}

    /**
     * Where the trace hits, from an empty cache on.
     *
     * @param trace the keys asked for, in order
     * @param entries how many are kept at most; 0 or more
     */
    static BitSet hits(int[] trace, int entries) {
        int[] next = nextUses(trace);
        BitSet hits = new BitSet(trace.length);
        TreeSet<Integer> kept = new TreeSet<>();
        for (int place = 0; place < trace.length; place++) {
            if (kept.remove(place)) {
                hits.set(place);
            }
            if (next[place] != NEVER) {
                kept.add(next[place]);
                if (kept.size() > entries) {
                    kept.remove(kept.last());
                }
            }
        }
        return hits;
    }

    private static int[] nextUses(int[] trace) {
        int[] next = new int[trace.length];
        Arrays.fill(next, NEVER);
        Map<Integer, Integer> seen = new HashMap<>();
        for (int place = trace.length - 1; place >= 0; place--) {
            Integer later = seen.put(trace[place], place);
            if (later != null) {
                next[place] = later;
            }
        }
        return next;
    }
}
