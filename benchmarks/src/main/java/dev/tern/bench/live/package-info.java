/**
 * A running load on the terminal.
 *
 * <p>May use {@code measure}. Told each second by the thread that samples the run, so that a slow terminal cannot hold up the load.
 */
@NullMarked
package dev.tern.bench.live;

import org.jspecify.annotations.NullMarked;
