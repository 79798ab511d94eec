/**
 * Requests made to fit a model: shapes, value ranges and the pool of encoded requests.
 *
 * <p>May use {@code tensor}, {@code target} and the generated messages. Runs before the load, on the caller's thread.
 */
@NullMarked
package dev.tern.bench.input;

import org.jspecify.annotations.NullMarked;
