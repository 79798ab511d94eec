/**
 * How requests are sent: closed loop or open loop, at what times, which request of which model is next.
 *
 * <p>May use {@code target}, {@code input}, {@code draw}, {@code measure} and {@code verify}. Callers of a closed loop live
 * on event loops; an open loop is paced by the thread that runs it.
 */
@NullMarked
package dev.tern.bench.load;

import org.jspecify.annotations.NullMarked;
