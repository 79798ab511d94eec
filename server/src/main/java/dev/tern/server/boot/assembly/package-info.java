/**
 * The server, put together: threads, ports and the model repository, and its end in the right order.
 *
 * <p>Uses all of {@code boot} but the commands. Started and ended by the main thread; what changes of readiness is told
 * by {@code tern-control}.
 */
@NullMarked
package dev.tern.server.boot.assembly;

import org.jspecify.annotations.NullMarked;
