/**
 * The second level of the cache: answers in Redis, which replicas share. The only importer of Lettuce.
 *
 * <p>Everything is asked for asynchronously: replies come on Lettuce's event loop, budgets end on the server's timer, and
 * answers are written, and a model's removed, by a thread of their own. Whatever goes wrong with Redis is a miss.
 */
@NullMarked
package dev.tern.server.cache.redis;

import org.jspecify.annotations.NullMarked;
