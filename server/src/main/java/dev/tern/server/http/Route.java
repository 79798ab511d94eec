package dev.tern.server.http;

/** Answers GET and HEAD of one path. Runs on the HTTP event loop: must not block. */
@FunctionalInterface
public interface Route {
    /**
     * The path's answer now.
     *
     * @param accept the request's Accept header; empty when it has none
     */
    Answer answer(String accept);
}
