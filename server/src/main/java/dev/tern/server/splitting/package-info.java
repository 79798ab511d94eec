/**
 * Requests with more rows than the model takes in one run: cut into parts, answered as one.
 *
 * <p>Knows nothing of queues or models: each part is a request to the next stage. Cuts on the thread that sends the
 * request, joins on the one that answers the last part; keeps no state between requests.
 */
@Station(
        name = "splitting",
        mayUse = {"predict", "tensor"})
@NullMarked
package dev.tern.server.splitting;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
