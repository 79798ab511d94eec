package dev.tern.client;

/**
 * Knows when a thread is an event loop's that runs what callers hung on a future, so that a blocking call there fails at
 * once instead of waiting for itself.
 */
final class EventLoop {
    private static final ThreadLocal<Boolean> IN_CALLBACK = ThreadLocal.withInitial(() -> false);

    private EventLoop() {}

    static boolean isInCallback() {
        return IN_CALLBACK.get();
    }

    static void run(Runnable callback) {
        boolean before = IN_CALLBACK.get();
        IN_CALLBACK.set(true);
        try {
            callback.run();
        } finally {
            IN_CALLBACK.set(before);
        }
    }

    static void requireMayBlock() {
        if (isInCallback()) {
            throw new IllegalStateException("a blocking call from the callback of a future would block the event loop"
                    + " (expected: an ...Async call, or a client built with a callbackExecutor)");
        }
    }
}
