/**
 * The models that the figures are measured with: made from nothing but a seed, or the one that comes with the server.
 *
 * <p>May use the generated messages only. Runs on the command's thread.
 */
@NullMarked
package dev.tern.bench.models;

import org.jspecify.annotations.NullMarked;
