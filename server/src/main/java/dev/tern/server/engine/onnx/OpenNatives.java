package dev.tern.server.engine.onnx;

import java.util.concurrent.atomic.AtomicLong;

/** Counts this process's open sessions and tensors of ONNX Runtime, whose memory no collector frees: for leak checks. */
public final class OpenNatives {
    private static final AtomicLong LIVE = new AtomicLong();

    private OpenNatives() {}

    /** Sessions and tensors that were made and not closed. */
    public static long live() {
        return LIVE.get();
    }

    static void opened() {
        LIVE.incrementAndGet();
    }

    static void closed() {
        LIVE.decrementAndGet();
    }
}
