/**
 * Kept answers in this process's memory, bounded by bytes: the only door to Caffeine.
 *
 * <p>Any thread; Caffeine's own upkeep runs on the thread that calls, a little at a time, and on no pool.
 */
@NullMarked
package dev.tern.server.cache.local;

import org.jspecify.annotations.NullMarked;
