package dev.tern.server.rpc;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Which of the event loops this thread is. */
final class CurrentLoop {
    private final EventLoopGroup group;
    private final ThreadLocal<@Nullable Executor> current = ThreadLocal.withInitial(this::find);

    CurrentLoop(EventLoopGroup group) {
        this.group = group;
    }

    /** Null on a thread that is none of them. */
    @Nullable
    Executor current() {
        return current.get();
    }

    private @Nullable Executor find() {
        for (EventExecutor each : group) {
            if (each.inEventLoop()) {
                return each;
            }
        }
        return null;
    }
}
