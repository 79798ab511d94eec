package dev.tern.bench.cli;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What Ctrl-C does: tells the work to stop and lets the process live until it has, so that it can still report. */
final class Interrupt {
    private static final long PATIENCE_SECONDS = 10;

    private Interrupt() {}

    /** Does the work on this thread; on Ctrl-C calls {@code stop}. The JVM then ends with the signal's exit code. */
    static int stops(Runnable stop, Work work) throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    stop.run();
                    await(done);
                },
                "tern-bench-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.exitCode();
        } finally {
            done.countDown();
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is going down: the hook is what brought us here.
        }
    }

    private static void await(CountDownLatch done) {
        try {
            boolean unused = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What goes on until it ends or is stopped. */
    interface Work {
        int exitCode() throws IOException;
    }
}
