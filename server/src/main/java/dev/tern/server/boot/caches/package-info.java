/**
 * Puts the response cache together: one for the process, in its memory and in Redis, of which each version has a part.
 *
 * <p>Opened by the main thread; versions take and give back their parts on loader threads.
 */
@NullMarked
package dev.tern.server.boot.caches;

import org.jspecify.annotations.NullMarked;
