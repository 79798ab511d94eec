package dev.tern.bench.jmh;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;

/** Counts answers; a benchmark in which a request fails ends. */
final class CountingReply implements Reply {
    private long answers;

    @Override
    public void succeed(InferenceResponse response) {
        response.release();
        answers++;
    }

    @Override
    public void fail(Failure failure) {
        throw new IllegalStateException(failure.toString());
    }

    long answers() {
        return answers;
    }
}
