package dev.tern.server.cache.redis;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what a breaker does: once when it stops something, however often it is tried in vain, once when it lets go. */
final class BreakerLog implements Consumer<BreakerState> {
    private static final Logger LOG = LoggerFactory.getLogger(BreakerLog.class);

    private final String stopped;
    private final String works;
    private final AtomicBoolean isStopped = new AtomicBoolean();

    BreakerLog(String stopped, String works) {
        this.stopped = stopped;
        this.works = works;
    }

    @Override
    public void accept(BreakerState state) {
        switch (state) {
            case OPEN -> {
                if (!isStopped.getAndSet(true)) {
                    LOG.warn(stopped);
                }
            }
            case HALF_OPEN -> {}
            case CLOSED -> {
                isStopped.set(false);
                LOG.info(works);
            }
        }
    }
}
