package dev.tern.server.host;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The memory that native code takes with malloc. */
public final class NativeHeap {
    private static final Logger log = LoggerFactory.getLogger(NativeHeap.class);

    private static volatile boolean missing;

    private NativeHeap() {}

    /**
     * Gives what was freed back to the machine, which the GNU C library else keeps for the next to ask: a model's weights
     * are many pieces, and are not asked for again in these sizes. Does nothing with other C libraries. Takes
     * milliseconds.
     */
    public static void trim() {
        if (missing) {
            return;
        }
        try {
            int unused = Glibc.malloc_trim(0);
        } catch (LinkageError e) {
            missing = true;
            log.debug("This C library keeps freed memory as it likes", e);
        }
    }
}
