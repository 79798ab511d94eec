/**
 * How long a server takes to answer and to be ready, and how quick it is then, against itself when it has run for a
 * while.
 *
 * <p>Uses {@code run} and {@code process}, and {@code figures} for its tables. One thread measures.
 */
@NullMarked
package dev.tern.bench.startup;

import org.jspecify.annotations.NullMarked;
