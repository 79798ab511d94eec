/**
 * How requests are sent: closed loop, open loop, and the window of the run that is measured.
 *
 * <p>May use {@code target}, {@code input}, {@code measure} and {@code verify}. Callers of a closed loop live on event loops; an open loop is paced by the thread that runs it.
 */
@NullMarked
package dev.tern.bench.load;

import org.jspecify.annotations.NullMarked;
