package dev.tern.server.batching.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.LongBinaryOperator;

/** A batch server in simulated time, written apart from the code under test: events in a queue, one at a time. */
final class ServerModel {
    private static final long[] NOBODY = {};

    private static final long OUT_OF_STEP_NANOS = 70_000;

    private final int instances;
    private final int maxRows;
    private final LongBinaryOperator runNanos;
    private final Rule rule;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private final List<Answer> answers = new ArrayList<>();
    private final Random think = new Random(1);
    private long thinkNanos = -1;
    private long until = Long.MAX_VALUE;
    private long lookAt = -1;
    private long sequence;
    private int running;
    private long busyNanos;

    /** @param runNanos of rows and the time of the start */
    ServerModel(int instances, int maxRows, LongBinaryOperator runNanos, Rule rule) {
        this.instances = instances;
        this.maxRows = maxRows;
        this.runNanos = runNanos;
        this.rule = rule;
    }

    /** Arrivals at these times, one row each. */
    ServerModel open(long[] arrivals) {
        for (long at : arrivals) {
            schedule(at, Kind.ARRIVAL, NOBODY);
        }
        return run();
    }

    /** Callers who each send again about {@code think} after an answer. */
    ServerModel closed(int callers, long think, long lasting) {
        thinkNanos = think;
        until = lasting;
        for (int i = 0; i < callers; i++) {
            schedule(i * OUT_OF_STEP_NANOS, Kind.ARRIVAL, NOBODY);
        }
        return run();
    }

    private ServerModel run() {
        for (Event event = events.poll(); event != null; event = events.poll()) {
            switch (event.kind) {
                case ARRIVAL -> arrive(event.at);
                case ANSWER -> answer(event);
                case LOOK -> {}
            }
            dispatch(event.at);
        }
        return this;
    }

    private void arrive(long now) {
        waiting.add(now);
        rule.arrived(now);
    }

    private void answer(Event event) {
        running--;
        long[] batch = event.batch;
        busyNanos += event.at - event.start;
        rule.ran(batch.length, event.start, event.at);
        for (long arrived : batch) {
            answers.add(new Answer(arrived, event.at));
            if (thinkNanos >= 0 && event.at < until) {
                schedule(event.at + Math.round(thinkNanos * (0.5 + think.nextDouble())), Kind.ARRIVAL, NOBODY);
            }
        }
    }

    private void dispatch(long now) {
        while (running < instances && !waiting.isEmpty()) {
            long goAt = rule.goAt(waiting.size(), waiting.peek(), now);
            if (goAt > now) {
                if (goAt != lookAt) {
                    lookAt = goAt;
                    schedule(goAt, Kind.LOOK, NOBODY);
                }
                return;
            }
            int rows = Math.max(1, Math.min(waiting.size(), Math.min(maxRows, rule.cap(waiting.size(), now))));
            long[] batch = new long[rows];
            Arrays.setAll(batch, i -> waiting.remove());
            running++;
            Event done = new Event(now + runNanos.applyAsLong(rows, now), sequence++, Kind.ANSWER, batch, now);
            events.add(done);
        }
    }

    private void schedule(long at, Kind kind, long[] batch) {
        events.add(new Event(at, sequence++, kind, batch, at));
    }

    long percentile(double percentile, long from, long to) {
        long[] sorted = answers.stream()
                .filter(answer -> answer.arrived >= from && answer.arrived < to)
                .mapToLong(answer -> answer.done - answer.arrived)
                .sorted()
                .toArray();
        return sorted[(int) Math.ceil(percentile / 100 * sorted.length) - 1];
    }

    int answersBetween(long from, long to) {
        return (int) answers.stream()
                .filter(answer -> answer.done >= from && answer.done < to)
                .count();
    }

    double busyNanosPerRow() {
        return (double) busyNanos / answers.size();
    }

    /** Arrivals that know nothing of each other. */
    static long[] poisson(double perSecond, int count, long seed) {
        Random random = new Random(seed);
        long[] arrivals = new long[count];
        double now = 0;
        for (int i = 0; i < count; i++) {
            now += -Math.log(1 - random.nextDouble()) * 1e9 / perSecond;
            arrivals[i] = (long) now;
        }
        return arrivals;
    }

    /** Bursts of {@code size} requests within {@code length} nanoseconds, at random times. */
    static long[] bursts(double perSecond, int size, long length, int count, long seed) {
        Random random = new Random(seed);
        long[] starts = poisson(perSecond / size, count / size, seed + 1);
        return Arrays.stream(starts)
                .flatMap(start -> random.longs(size, start, start + length))
                .sorted()
                .toArray();
    }

    static LongBinaryOperator affine(long fixed, long perRow) {
        return (rows, now) -> fixed + perRow * rows;
    }

    /** When a batch goes, and what it is told. */
    interface Rule {
        /** When the batch of what waits should go: now or before for at once. */
        long goAt(int rows, long oldest, long now);

        int cap(int rows, long now);

        default void arrived(long now) {}

        default void ran(int rows, long start, long end) {}
    }

    /** A queue delay and a preferred size (0 for none), as Triton has them. */
    record Fixed(long delay, int preferred) implements Rule {
        @Override
        public long goAt(int rows, long oldest, long now) {
            boolean full = preferred > 0 && rows >= preferred;
            return full ? now : oldest + delay;
        }

        @Override
        public int cap(int rows, long now) {
            return preferred > 0 && rows >= preferred ? preferred : Integer.MAX_VALUE;
        }
    }

    private enum Kind {
        ARRIVAL,
        ANSWER,
        LOOK
    }

    private record Answer(long arrived, long done) {}

    // Never compared by value.
    @SuppressWarnings("ArrayRecordComponent")
    private record Event(long at, long sequence, Kind kind, long[] batch, long start) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(sequence, other.sequence) : Long.compare(at, other.at);
        }
    }
}
