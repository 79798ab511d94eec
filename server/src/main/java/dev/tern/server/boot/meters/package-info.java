/**
 * Between the stages, which say what happens, and {@code telemetry} and {@code statistics}, which count it: the meters of each version.
 *
 * <p>Knows nothing else of {@code boot}. Called by every thread that serves requests.
 */
@NullMarked
package dev.tern.server.boot.meters;

import org.jspecify.annotations.NullMarked;
