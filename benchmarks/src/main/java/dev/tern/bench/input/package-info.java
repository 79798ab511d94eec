/**
 * Requests made to fit a model, or read from files: shapes, values and the pool of encoded requests.
 *
 * <p>May use {@code tensor}, {@code target}, Gson and the generated messages. Runs before the load, on the caller's thread.
 */
@NullMarked
package dev.tern.bench.input;

import org.jspecify.annotations.NullMarked;
