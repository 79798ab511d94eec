package dev.tern.server.drift;

import dev.tern.server.predict.ForwardingReply;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import java.util.function.BooleanSupplier;

/**
 * Shows a monitor a sample of what passes: the inputs on their way in, the outputs on their way back. Stands above the cache,
 * below which it would see only what is new. A request that is not in the sample costs a random number; one that fails is
 * not looked at.
 */
public final class Tap implements Predictor {
    private final DriftMonitor monitor;
    private final BooleanSupplier counted;
    private final Predictor next;

    /** @param counted whether requests are callers', not the server's own */
    public Tap(DriftMonitor monitor, BooleanSupplier counted, Predictor next) {
        this.monitor = monitor;
        this.counted = counted;
        this.next = next;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        next.predict(request, looking(request, reply));
    }

    /** Who is only looked at is answered, whatever looking comes to. */
    private Reply looking(InferenceRequest request, Reply reply) {
        try {
            if (!monitor.takes() || !counted.getAsBoolean()) {
                return reply;
            }
            int pick = monitor.pick();
            Row row = monitor.inputs(request.inputs(), pick);
            return row == null ? reply : new Looking(row, pick, reply);
        } catch (RuntimeException | Error e) {
            monitor.failed(e);
            return reply;
        }
    }

    private final class Looking extends ForwardingReply {
        private final Row row;
        private final int pick;

        Looking(Row row, int pick, Reply to) {
            super(to);
            this.row = row;
            this.pick = pick;
        }

        @Override
        public void succeed(InferenceResponse response) {
            try {
                monitor.outputs(row, response.outputs(), pick);
            } catch (RuntimeException | Error e) {
                monitor.failed(e);
            }
            to().succeed(response);
        }
    }
}
