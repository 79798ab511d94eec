package dev.tern.server.cache;

import dev.tern.server.predict.ForwardingReply;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Reply;

/** Passes an answer on as one from {@code origin}, wherever it comes from. */
final class WithOrigin extends ForwardingReply {
    private final Origin origin;

    WithOrigin(Origin origin, Reply to) {
        super(to);
        this.origin = origin;
    }

    @Override
    public void succeed(InferenceResponse response) {
        to().succeed(response.from(origin));
    }
}
