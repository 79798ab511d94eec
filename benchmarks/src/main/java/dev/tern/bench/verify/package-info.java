/**
 * Whether an answer under load is the one the idle server gave, or one that was recorded.
 *
 * <p>May use {@code tensor}, {@code target}, {@code input}, Gson and the generated messages. Checks run on the event loop
 * that received the answer; files are read and written before the load.
 */
@NullMarked
package dev.tern.bench.verify;

import org.jspecify.annotations.NullMarked;
