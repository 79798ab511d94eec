package dev.tern.server.predict;

/** What looks whether a version's requests and answers are still those of its reference: for operators. Any thread. */
public interface DriftWatch {
    /** What was found so far. */
    DriftState state();

    /**
     * Has the reference taken anew, from the requests that come from now on. What has drifted counts as steady from then
     * on; all of it takes place within a second.
     */
    void takeAnew();
}
