/**
 * What ModelStatistics tells of each loaded version, as it is counted: requests by how they ended, runs by their rows.
 *
 * <p>Counts only, by Triton's rules, and knows nothing of who calls. Event loops, runners and the timer count, without a
 * lock and without allocating; whoever asks adds up.
 */
@Station(name = "statistics", mayUse = "predict")
@NullMarked
package dev.tern.server.statistics;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
