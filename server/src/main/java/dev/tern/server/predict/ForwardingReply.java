package dev.tern.server.predict;

/** Passes everything on to another reply: for stages that look at, or change, only a part of it on its way back. */
public abstract class ForwardingReply implements Reply {
    private final Reply to;

    protected ForwardingReply(Reply to) {
        this.to = to;
    }

    /** The reply that is passed to. */
    protected final Reply to() {
        return to;
    }

    @Override
    public void succeed(InferenceResponse response) {
        to.succeed(response);
    }

    @Override
    public void fail(Failure failure) {
        to.fail(failure);
    }

    @Override
    public void failing(Failure failure) {
        to.failing(failure);
    }
}
