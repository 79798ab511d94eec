/**
 * The highest rate that meets an objective, and latency against rate.
 *
 * <p>What is tried next and when a rate is judged are pure decisions; {@code ServedLab} alone sends requests, through {@code run}. All on the thread that calls.
 */
@NullMarked
package dev.tern.bench.search;

import org.jspecify.annotations.NullMarked;
