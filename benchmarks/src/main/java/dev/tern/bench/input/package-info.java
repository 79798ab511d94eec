/**
 * Requests made to fit a model, or read from files: shapes, values and the pool of encoded requests.
 *
 * <p>May use {@code tensor}, {@code target}, {@code draw}, Gson and the generated messages. Runs before the load, on the
 * caller's thread; only requests of a catalogue are made when they are sent, by whoever sends them.
 */
@NullMarked
package dev.tern.bench.input;

import org.jspecify.annotations.NullMarked;
