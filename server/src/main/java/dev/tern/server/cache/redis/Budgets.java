package dev.tern.server.cache.redis;

import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.DeadlineTimer;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends look-ups whose budget is over, or whose caller has no more time. They are due mostly in the order they came in:
 * one timer task for the earliest is enough. Any thread.
 */
final class Budgets {
    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);

    private final Clock clock;
    private final Queue<RedisLookUp<?, ?>> waiting = new ConcurrentLinkedQueue<>();
    private final DeadlineTimer timer;

    Budgets(Clock clock) {
        this.clock = clock;
        this.timer = new DeadlineTimer(clock, 0, this::look);
    }

    void add(RedisLookUp<?, ?> lookUp) {
        // Nearly all are over when the next ones come: without this they would be held until the next look.
        for (RedisLookUp<?, ?> first = waiting.peek(); first != null && first.isOver(); first = waiting.peek()) {
            boolean unused = waiting.remove(first);
        }
        waiting.add(lookUp);
        timer.lookAt(lookUp.dueNanos());
    }

    /** On the timer's thread. Returns when the next is due. */
    private long look() {
        long now = clock.nanoTime();
        long earliest = Call.NO_DEADLINE;
        for (Iterator<RedisLookUp<?, ?>> all = waiting.iterator(); all.hasNext(); ) {
            RedisLookUp<?, ?> each = all.next();
            if (each.isOver()) {
                all.remove();
            } else if (each.dueNanos() - now <= 0) {
                all.remove();
                end(each);
            } else {
                earliest = earliest == Call.NO_DEADLINE || each.dueNanos() - earliest < 0 ? each.dueNanos() : earliest;
            }
        }
        return earliest;
    }

    /** A defect behind one look-up must not keep the others. */
    private static void end(RedisLookUp<?, ?> lookUp) {
        try {
            lookUp.timeIsOver();
        } catch (RuntimeException | Error e) {
            LOG.error("A request could not go on without Redis", e);
        }
    }

    /** Look-ups that are held, for leak checks. */
    int held() {
        return waiting.size();
    }
}
