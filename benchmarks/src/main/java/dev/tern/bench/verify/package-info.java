/**
 * Whether an answer under load is the one the idle server gave.
 *
 * <p>May use {@code tensor}, {@code target}, {@code input} and the generated messages. Checks run on the event loop that received the answer.
 */
@NullMarked
package dev.tern.bench.verify;

import org.jspecify.annotations.NullMarked;
