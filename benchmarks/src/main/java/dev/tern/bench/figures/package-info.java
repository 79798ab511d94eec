/**
 * The figures that the scheduler promises, measured against a packaged server that is started here as a child process.
 *
 * <p>Uses {@code run}, {@code load}, {@code models} and {@code input}, as the command line does; only {@code cli} uses it.
 * One thread measures, and a second one keeps up a background load where a scenario wants one.
 */
@NullMarked
package dev.tern.bench.figures;

import org.jspecify.annotations.NullMarked;
