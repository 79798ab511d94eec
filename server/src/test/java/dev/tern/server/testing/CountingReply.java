package dev.tern.server.testing;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts its answers, and keeps nothing of them. */
public final class CountingReply implements Reply {
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger successes = new AtomicInteger();

    @Override
    public void succeed(InferenceResponse response) {
        successes.incrementAndGet();
        answers.incrementAndGet();
    }

    @Override
    public void fail(Failure failure) {
        answers.incrementAndGet();
    }

    public int answers() {
        return answers.get();
    }

    /** Those that are no failures. */
    public int successes() {
        return successes.get();
    }
}
