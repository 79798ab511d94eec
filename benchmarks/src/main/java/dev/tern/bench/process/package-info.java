/**
 * Servers under measurement and a redis-server as child processes, and JVMs seen from outside: CPU time, bytes allocated, flags.
 *
 * <p>Uses {@code target} to find out when a server is ready. Every command that starts servers uses it, and blocks in it.
 */
@NullMarked
package dev.tern.bench.process;

import org.jspecify.annotations.NullMarked;
