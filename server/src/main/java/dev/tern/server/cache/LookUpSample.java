package dev.tern.server.cache;

import dev.tern.server.predict.InferenceRequest;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Which requests are looked up: all, or a sample of them while hardly any is found, so that traffic that does not repeat
 * itself goes to the model without a key.
 *
 * <p>What came of one window of requests decides on the next. Equal requests are in the sample together, so that what it
 * finds of itself is what all would. Every other window has a sample of its own, so that no request is left out for ever
 * that has become popular meanwhile. Not for answers that are kept by rows: equal rows are in requests that differ. Any
 * thread.
 */
public final class LookUpSample implements CacheObserver {
    /** Requests in a window. */
    static final int WINDOW = 1 << 14;

    /** The sample is one request of so many; a power of two. */
    static final int ONE_IN = 16;

    private final double minHitRatio;
    private final CacheObserver observer;
    private final BooleanSupplier live;

    private final AtomicInteger requests = new AtomicInteger();
    /** In this window. */
    private final LongAdder asked = new LongAdder();

    private final LongAdder found = new LongAdder();
    private volatile boolean sampling;
    private volatile int salt;
    private volatile boolean begun;
    private int windows;

    /**
     * @param minHitRatio a sample is looked up while less than this share is found; 0 for never
     * @param observer is told all that this is told
     * @param live whether requests are callers': nothing is judged by those that the server warms itself up with
     */
    public LookUpSample(double minHitRatio, CacheObserver observer, BooleanSupplier live) {
        this.minHitRatio = minHitRatio;
        this.observer = observer;
        this.live = live;
    }

    /** Whether {@code request} is to be looked up; the observer is told if it is not. */
    boolean takes(InferenceRequest request) {
        if (minHitRatio == 0 || (!begun && !begin())) {
            return true;
        }
        if (requests.incrementAndGet() == WINDOW) {
            judge();
        }
        if (!sampling || isInSample(request)) {
            return true;
        }
        observer.spared();
        return false;
    }

    private synchronized boolean begin() {
        if (!begun && live.getAsBoolean()) {
            asked.reset();
            found.reset();
            begun = true;
        }
        return begun;
    }

    private boolean isInSample(InferenceRequest request) {
        return (Fingerprint.ofThisThread().of(request, salt) & (ONE_IN - 1)) == 0;
    }

    private synchronized void judge() {
        long all = asked.sumThenReset();
        long hits = found.sumThenReset();
        // Where all are alike the sample may have had none of them, which says nothing.
        sampling = all == 0 ? sampling : hits < minHitRatio * all;
        windows++;
        salt = windows % 2 == 0 ? 0 : windows;
        requests.set(0);
    }

    @Override
    public void hit(long nanos) {
        asked.increment();
        found.increment();
        observer.hit(nanos);
    }

    @Override
    public void missed(long nanos) {
        asked.increment();
        observer.missed(nanos);
    }

    @Override
    public void foundFar() {
        found.increment();
        observer.foundFar();
    }

    @Override
    public void kept(boolean fits, long nanos) {
        observer.kept(fits, nanos);
    }

    @Override
    public void rows(int near, int far, int computed, int repeated) {
        observer.rows(near, far, computed, repeated);
    }

    @Override
    public void coalesced() {
        found.increment();
        observer.coalesced();
    }

    @Override
    public void bypassed() {
        observer.bypassed();
    }

    @Override
    public void refreshed() {
        observer.refreshed();
    }

    @Override
    public void spared() {
        observer.spared();
    }
}
