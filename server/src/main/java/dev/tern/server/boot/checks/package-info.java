/**
 * Tries whether the rows of a loaded model have the same answers alone and in a batch: {@code tern check --rows}.
 *
 * <p>Sends requests as callers do, through {@code predict} alone. Runs on the main thread.
 */
@NullMarked
package dev.tern.server.boot.checks;

import org.jspecify.annotations.NullMarked;
