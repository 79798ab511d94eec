package dev.tern.server.cache.redis;

/** Told what one model version asks of Redis. Any thread; must be quick. */
public interface L2Observer {
    /** What became of asking for a key. */
    enum LookUp {
        /** Redis had the answer. */
        HIT,
        /** Redis had nothing. */
        MISS,
        /** Redis had something else. */
        RUBBISH,
        /** Redis had one that is too old. */
        STALE,
        /** The budget was over before Redis had said anything. */
        TIMEOUT,
        /** Redis could not be asked, or answered with an error. */
        ERROR,
        /** Redis was not asked, since it is not well, or has too much that cannot be read. */
        OPEN,
        /** The caller went before Redis had said anything. */
        GONE
    }

    /** What became of an answer that was to be written. */
    enum Write {
        DONE,
        /** Redis could not be reached, or answered with an error; or the answer could not be made a value. */
        FAILED,
        /** Too much was waiting to be written; or it was cleared, or the server ended, before it was sent. */
        DROPPED,
        /** Redis was not told, since it is not well. */
        OPEN,
        /** Larger than values may be. */
        TOO_LARGE
    }

    /** {@code keys}, which were asked for together, came to this. */
    void lookedUp(LookUp outcome, int keys);

    /** Redis answered in time: after {@code nanos}, with {@code bytes} of values. */
    void answered(long nanos, long bytes);

    /** Redis answered when nobody waited any more. */
    void late();

    /** Something that Redis had is not an answer. */
    void rubbish(Rubbish reason);

    /** An answer of {@code bytes}, as it stands in Redis or would have, came to this. */
    void wrote(Write outcome, long bytes);
}
