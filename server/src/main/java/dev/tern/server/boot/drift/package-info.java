/**
 * Puts the monitors of drift together: each version that is to be watched has one, and all share one thread.
 *
 * <p>Versions open and close theirs on loader threads.
 */
@NullMarked
package dev.tern.server.boot.drift;

import org.jspecify.annotations.NullMarked;
