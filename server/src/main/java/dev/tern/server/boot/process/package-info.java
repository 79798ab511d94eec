/**
 * The process around the server: its time, threads and log, its signals and its end, and what it is started with.
 *
 * <p>Knows nothing of models. The only place that reads the clock and makes threads for the server.
 */
@NullMarked
package dev.tern.server.boot.process;

import org.jspecify.annotations.NullMarked;
