package dev.tern.server.traffic;

import dev.tern.server.predict.ForwardingReply;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.Together;

/** The reply of a request that is to be copied: first the caller is answered; one that fails is not copied. */
final class CopyingReply extends ForwardingReply {
    private final Shadows shadows;
    private final String candidate;
    private final long version;
    private final InferenceRequest request;
    private final long startNanos;

    /**
     * @param candidate the version that gets the copy, by number or label
     * @param version the number of the one that answers the caller
     */
    CopyingReply(
            Shadows shadows, String candidate, long version, InferenceRequest request, Reply reply, long startNanos) {
        super(reply);
        this.shadows = shadows;
        this.candidate = candidate;
        this.version = version;
        this.request = request;
        this.startNanos = startNanos;
    }

    @Override
    public void succeed(InferenceResponse response) {
        Answered answered = new Answered(request, response, version, shadows.nanosSince(startNanos));
        // Before the caller is answered, as that gives the bytes back.
        answered.retain();
        try {
            to().succeed(response);
        } finally {
            takeBehind(answered);
        }
    }

    /** Of a batch no answer has been sent yet: the copies are made when all have been. */
    private void takeBehind(Answered answered) {
        Together others = Together.current();
        if (others == null) {
            shadows.take(candidate, answered);
        } else {
            others.afterwards(() -> shadows.take(candidate, answered));
        }
    }
}
