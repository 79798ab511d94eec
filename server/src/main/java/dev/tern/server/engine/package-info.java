/**
 * One batch through one model: gather the requests' bytes, run, scatter the answers.
 *
 * <p>Knows tensors only: not who asked, nor why these requests run together. A runner thread calls it.
 */
@Station(name = "engine", mayUse = "tensor")
@NullMarked
package dev.tern.server.engine;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
