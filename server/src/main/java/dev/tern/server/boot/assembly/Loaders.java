package dev.tern.server.boot.assembly;

import dev.tern.server.host.Niceness;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that work beside requests. Before the server is ready nothing is served, and they are as urgent as any; from
 * then on they give way to requests.
 */
final class Loaders extends ThreadPoolExecutor {
    private final Niceness niceness;
    private final ThreadLocal<Boolean> gaveWay = ThreadLocal.withInitial(() -> false);
    private volatile boolean giveWay;

    Loaders(int threads, ThreadFactory factory, Niceness niceness) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        this.niceness = niceness;
    }

    /** Tasks that begin from now on give way to requests. */
    void giveWay() {
        giveWay = true;
    }

    /** Whether they do. */
    boolean givesWay() {
        return giveWay;
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable task) {
        if (giveWay && !gaveWay.get()) {
            gaveWay.set(true);
            niceness.giveWay();
        }
    }
}
