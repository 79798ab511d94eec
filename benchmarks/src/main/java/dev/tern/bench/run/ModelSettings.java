package dev.tern.bench.run;

import dev.tern.bench.input.InputSettings;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.KeyChoice;
import java.time.Duration;

/**
 * One model of a run, and what it is asked.
 *
 * @param head model, version and parameters of each request
 * @param inputs what the requests hold
 * @param keys which of them is sent next
 * @param weight how often the model is asked, in proportion to the others' weights; more than 0
 * @param timeout the deadline of each request; zero for none
 */
public record ModelSettings(RequestHead head, InputSettings inputs, KeyChoice keys, double weight, Duration timeout) {
    /** Requests in turn, of a model that is the only one. */
    public static ModelSettings alone(RequestHead head, InputSettings inputs, Duration timeout) {
        return new ModelSettings(head, inputs, KeyChoice.IN_TURN, 1, timeout);
    }

    /** The deadline in nanoseconds; Long.MAX_VALUE for none. */
    long deadlineNanos() {
        return timeout.isZero() ? Long.MAX_VALUE : timeout.toNanos();
    }
}
