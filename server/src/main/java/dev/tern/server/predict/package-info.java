/**
 * The contract every stage of the pipeline implements and the values that travel through it.
 *
 * <p>Stages see this package and {@code tensor}, never each other. Which thread calls is each stage's own business;
 * nothing here blocks.
 */
@Station(name = "predict", mayUse = "tensor")
@NullMarked
package dev.tern.server.predict;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
