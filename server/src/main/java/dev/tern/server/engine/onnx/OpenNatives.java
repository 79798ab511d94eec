package dev.tern.server.engine.onnx;

import java.util.concurrent.atomic.AtomicLong;

/** Counts this process's open sessions and tensors of ONNX Runtime, whose memory no collector frees: for leak checks. */
public final class OpenNatives {
    private static final AtomicLong LIVE = new AtomicLong();

    private static final AtomicLong SESSIONS_OPENED = new AtomicLong();

    private OpenNatives() {}

    /** Sessions and tensors that were made and not closed. */
    public static long live() {
        return LIVE.get();
    }

    /** Sessions that were ever made, closed or not. */
    public static long sessionsOpened() {
        return SESSIONS_OPENED.get();
    }

    static void sessionOpened() {
        SESSIONS_OPENED.incrementAndGet();
        opened();
    }

    static void opened() {
        LIVE.incrementAndGet();
    }

    static void closed() {
        LIVE.decrementAndGet();
    }
}
