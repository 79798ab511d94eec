/**
 * Requests and runs of the server's own before a version is ready, and what is learned from the time they take.
 *
 * <p>Knows nothing of how a version is made. Runs on loader threads.
 */
@NullMarked
package dev.tern.server.boot.warmup;

import org.jspecify.annotations.NullMarked;
