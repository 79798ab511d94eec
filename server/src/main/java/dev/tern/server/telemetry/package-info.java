/**
 * What the server counts and times: the meters' names in one place, recorders for the pipeline, the scrape.
 *
 * <p>The only importer of Micrometer, and of nothing of ours. Recorders are made when a model version is loaded and
 * called from event loops and runners; they neither block nor allocate.
 */
@Station(name = "telemetry")
@NullMarked
package dev.tern.server.telemetry;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
