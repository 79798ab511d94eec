/**
 * A model's configuration: config.pbtxt read, checked and normalised, then completed from the model's own signature.
 *
 * <p>Pure functions over ModelConfig apart from the one class that reads the file; a loader thread calls them.
 */
@NullMarked
package dev.tern.server.repository.config;

import org.jspecify.annotations.NullMarked;
