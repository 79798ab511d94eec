/**
 * One run from connecting to the result, written top to bottom.
 *
 * <p>Sees every package but {@code report}, {@code figures} and {@code cli}; the only place that reads the real clock.
 */
@NullMarked
package dev.tern.bench.run;

import org.jspecify.annotations.NullMarked;
