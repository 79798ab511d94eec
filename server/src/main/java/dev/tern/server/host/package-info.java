/**
 * The machine below the JVM: which of its cores a thread may run on, and the memory of native code.
 *
 * <p>The only importer of JNA, which is loaded when it is first needed: to pin a thread, or when a model is closed. Knows
 * nothing of models; whichever thread is to be pinned, or closes a model, calls it.
 */
@Station(name = "host")
@NullMarked
package dev.tern.server.host;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
