package dev.tern.server.traffic;

/** Is interested in nothing. */
enum Unobserved implements ShadowObserver {
    COPIES;

    @Override
    public void ended(ShadowOutcome outcome) {}

    @Override
    public void compared(ComparedAnswer answer) {}

    @Override
    public void close() {}
}
