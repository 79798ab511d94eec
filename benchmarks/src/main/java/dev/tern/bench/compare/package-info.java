/**
 * Two runs side by side, and two targets within one run.
 *
 * <p>Pure code but for {@code ServedSides}, which sends requests through {@code run}. All on the thread that calls.
 */
@NullMarked
package dev.tern.bench.compare;

import org.jspecify.annotations.NullMarked;
