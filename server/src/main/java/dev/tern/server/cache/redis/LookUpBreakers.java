package dev.tern.server.cache.redis;

/**
 * Whether Redis is asked for values: not while it fails or is late too often, and by few while too much of what it has
 * cannot be read. Of those who were let in each says how it went, once. Any thread.
 *
 * @param replies whether Redis replies in time
 * @param values whether what it replies can be read; those who are late or fail say nothing of that
 */
record LookUpBreakers(Breaker replies, Breaker values) {
    /** Whether Redis may be asked; if so, one of the other methods is called when that has ended. */
    boolean enter() {
        if (!replies.enter()) {
            return false;
        }
        if (values.enter()) {
            return true;
        }
        replies.undecided();
        return false;
    }

    /** Redis replied in time. */
    void replied(boolean readable) {
        replies.succeeded();
        if (readable) {
            values.succeeded();
        } else {
            values.failed();
        }
    }

    /** Redis replied with an error, or too late, or could not be asked. */
    void failed() {
        replies.failed();
        values.undecided();
    }

    /** It is not known what Redis would have replied. */
    void undecided() {
        replies.undecided();
        values.undecided();
    }

    /** There is reason to believe that Redis is well again, or another: the next ones find out, without waiting. */
    void tryAgain() {
        replies.tryAgain();
        values.tryAgain();
    }
}
