package dev.tern.server.cache.redis;

/** There is no connection to Redis yet. Carries no stack: there may be one for each request. */
final class NotConnectedException extends Exception {
    NotConnectedException() {
        super("not connected to Redis", null, false, false);
    }
}
