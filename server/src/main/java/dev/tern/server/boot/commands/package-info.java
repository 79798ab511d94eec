/**
 * What {@code tern} can be told to do: serve, check, infer, label, archive, and the tables that they print.
 *
 * <p>Sits above the rest of {@code boot}; only {@code Main} knows it. Runs on the main thread.
 */
@NullMarked
package dev.tern.server.boot.commands;

import org.jspecify.annotations.NullMarked;
