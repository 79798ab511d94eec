package dev.tern.server.batching;

/** A few schedules of each, for every build. */
class InterleavingsTest extends Interleavings {
    InterleavingsTest() {
        super(20);
    }
}
