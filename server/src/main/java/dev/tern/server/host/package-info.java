/**
 * The machine below the JVM: which of its cores a thread may run on.
 *
 * <p>The only importer of JNA, which is loaded when the first thread is pinned. Knows nothing of models; whichever thread
 * is to be pinned calls it.
 */
@Station(name = "host")
@NullMarked
package dev.tern.server.host;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
