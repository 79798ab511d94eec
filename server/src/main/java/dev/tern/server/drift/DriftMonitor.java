package dev.tern.server.drift;

import dev.tern.server.predict.DriftState;
import dev.tern.server.predict.DriftWatch;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Watches one version. Rows come on the threads of requests and answers, into a bounded queue; {@link #work}, called by one
 * thread again and again, takes them from there and does the statistics.
 *
 * <p>Of a request one row at random is taken, not all: rows of one request have much in common, and the tests take what they
 * are given for independent.
 */
public final class DriftMonitor implements DriftWatch {
    /** Rows that may wait. */
    static final int CAPACITY = 4096;

    /** One more than the largest number of 31 bits. */
    private static final double RANDOM_RANGE = 0x1p31;

    private final Features features;
    private final DriftSettings settings;
    private final IntSupplier random;
    private final DriftObserver observer;
    private final long sampleLimit;
    private final double pValueLimit;
    private final List<FeatureWatch> watches;
    private final Queue<Row> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean anew = new AtomicBoolean();
    private final AtomicLong rows = new AtomicLong();
    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean failed = new AtomicBoolean();

    /**
     * A monitor whose reference is the first rows that come.
     *
     * @param random gives any int, all as likely, on any thread
     */
    public DriftMonitor(Features features, DriftSettings settings, IntSupplier random, DriftObserver observer) {
        this.features = features;
        this.settings = settings;
        this.random = random;
        this.observer = observer;
        this.sampleLimit = Math.round(settings.sample() * RANDOM_RANGE);
        // Bonferroni: that of all features together is at most the sum of theirs, however they depend on each other.
        this.pValueLimit = settings.falseAlarmRate() / Math.max(1, features.count());
        this.watches = IntStream.range(0, features.count())
                .mapToObj(i -> new FeatureWatch(features.names().get(i), features.isText(i), settings, pValueLimit))
                .toList();
    }

    /** Whether this request is in the sample. */
    boolean takes() {
        return (random.getAsInt() >>> 1) < sampleLimit;
    }

    /** Any number from 0, all as likely. */
    int pick() {
        return random.getAsInt() >>> 1;
    }

    /** Copies what is monitored of a request's inputs; null if they cannot be read, which is counted. */
    @Nullable
    Row inputs(List<Tensor> inputs, int pick) {
        Row row = new Row(features.count());
        return reads(inputs, features.inputs(), pick, row) ? row : null;
    }

    /** Adds what is monitored of its outputs, and has the row looked at, later. */
    void outputs(Row row, List<Tensor> outputs, int pick) {
        if (!reads(outputs, features.outputs(), pick, row)) {
            return;
        }
        if (waiting.incrementAndGet() > CAPACITY) {
            waiting.decrementAndGet();
            drop();
        } else {
            queue.add(row);
        }
    }

    /** What is only looked at must not suffer from it, whatever is wrong with it. */
    private boolean reads(List<Tensor> tensors, List<TensorFeatures> wanted, int pick, Row row) {
        try {
            RowReader.read(tensors, wanted, pick, row);
            return true;
        } catch (RuntimeException | Error e) {
            drop();
            failed(e);
            return false;
        }
    }

    private void drop() {
        dropped.increment();
        observer.dropped();
    }

    /** Tells of it, once: what fails once fails often. */
    void failed(Throwable cause) {
        if (!failed.getAndSet(true)) {
            observer.failed(cause);
        }
    }

    /** Takes the rows that have come, at most as many as may wait, and compares the windows that they fill. Never fails. */
    public void work() {
        try {
            takeRows();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private void takeRows() {
        if (anew.getAndSet(false)) {
            restart();
        }
        int taken = 0;
        Row row = next();
        while (row != null) {
            look(row);
            taken++;
            row = taken < CAPACITY ? next() : null;
        }
        if (taken > 0) {
            watches.forEach(FeatureWatch::publish);
            rows.addAndGet(taken);
            observer.rows(taken);
        }
    }

    /** The place of each row that is taken is free at once, whatever becomes of it. */
    private @Nullable Row next() {
        Row row = queue.poll();
        if (row != null) {
            waiting.decrementAndGet();
        }
        return row;
    }

    private void look(Row row) {
        for (int i = 0; i < watches.size(); i++) {
            if (row.has(i)) {
                look(i, row.value(i));
            }
        }
    }

    /** A feature that fails takes no other with it. */
    private void look(int feature, double value) {
        try {
            FeatureWatch watch = watches.get(feature);
            DriftObserver.Change change = watch.add(value);
            if (change != null) {
                observer.compared(feature, watch.state(), change);
            }
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private void restart() {
        while (next() != null) {
            // What waited is of the time before.
        }
        watches.forEach(FeatureWatch::restart);
        observer.takenAnew();
    }

    @Override
    public void takeAnew() {
        anew.set(true);
    }

    @Override
    public DriftState state() {
        return new DriftState(
                rows.get(),
                dropped.sum(),
                settings.referenceRows(),
                settings.windowRows(),
                pValueLimit,
                watches.stream().map(FeatureWatch::state).toList());
    }
}
