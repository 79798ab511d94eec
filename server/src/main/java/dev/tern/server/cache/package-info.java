/**
 * Answers that are known already, ahead of the model: what requests are kept under, the look-up, and one run for equal
 * requests that are under way together.
 *
 * <p>Knows nothing of how answers are sent. Look-ups run on the event loop that read the request and never block; what the
 * model has answered is kept on the thread that hands it over. Caffeine and Redis have a package each below this one.
 */
@Station(
        name = "cache",
        mayUse = {"predict", "tensor"})
@NullMarked
package dev.tern.server.cache;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
