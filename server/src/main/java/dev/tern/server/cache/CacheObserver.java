package dev.tern.server.cache;

/** Is told what the cache does for one loaded version; on the thread that does it, so it must be quick. Any thread. */
public interface CacheObserver {
    /** A kept answer was found in this process's memory, {@code nanos} after its request came. */
    void hit(long nanos);

    /** None was found there, {@code nanos} after the request came. */
    void missed(long nanos);

    /** One that was not found there came from a further level. */
    void foundFar();

    /** An answer was copied and kept, or would have been if it were not too large; that took {@code nanos}. */
    void kept(boolean fits, long nanos);

    /**
     * The rows of a request, looked up by themselves: how many different ones this process's memory had, a further level
     * had, are computed; and how many were like another of the request.
     */
    void rows(int near, int far, int computed, int repeated);

    /** A request was answered, or failed, by the run of an equal one. */
    void coalesced();

    /** A request wanted the model's own answer, which is not kept. */
    void bypassed();

    /** A request wanted its answer made anew. */
    void refreshed();

    /** A request was not looked up, as hardly any is found. */
    void spared();
}
