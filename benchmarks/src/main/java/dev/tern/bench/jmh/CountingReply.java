package dev.tern.bench.jmh;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import java.util.List;

/** Counts answers and keeps the last, lest the compiler does without it. */
final class CountingReply implements Reply {
    private long answers;
    private InferenceResponse last = new InferenceResponse(List.of());

    @Override
    public void succeed(InferenceResponse response) {
        answers++;
        last = response;
    }

    /** Not counted, so that the benchmark ends at its next check. */
    @Override
    public void fail(Failure failure) {}

    long answers() {
        return answers;
    }

    InferenceResponse last() {
        return last;
    }
}
