/**
 * Random numbers that do not depend on who draws them when: by their place, and picks by weight.
 *
 * <p>Pure functions, which any thread may call. Uses nothing; {@code load} and {@code input} draw with it.
 */
@NullMarked
package dev.tern.bench.draw;

import org.jspecify.annotations.NullMarked;
