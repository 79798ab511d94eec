/**
 * Kept answers in this process's memory, bounded by bytes: the only door to Caffeine.
 *
 * <p>Any thread; Caffeine's own upkeep runs on the thread that calls, and on no pool: mostly a little at a time,
 * but what has expired together is removed by one call. To clear or close is to look at every answer.
 */
@NullMarked
package dev.tern.server.cache.local;

import org.jspecify.annotations.NullMarked;
