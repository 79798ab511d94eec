/**
 * Who may enter: requests are checked against the model's signature before they cost anything.
 *
 * <p>Runs on the event loop that decoded the request; keeps no state between requests.
 */
@Station(
        name = "admission",
        mayUse = {"predict", "tensor"})
@NullMarked
package dev.tern.server.admission;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
