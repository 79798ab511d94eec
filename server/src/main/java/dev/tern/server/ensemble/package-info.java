/**
 * Ensembles: models that are made of other models, as a graph of steps that hand each other tensors.
 *
 * <p>Knows nothing of where the steps' models are, nor what they do: each step is a request to the model, the whole way that
 * a caller's request goes. A step begins on the thread that brought its last input; keeps no state between requests.
 */
@Station(
        name = "ensemble",
        mayUse = {"predict", "tensor"})
@NullMarked
package dev.tern.server.ensemble;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
