/**
 * What a model's configuration means to each stage and to the engine. The server's own settings are {@code options}.
 *
 * <p>Pure: reads configurations that {@code repository} has checked, does nothing. Any thread.
 */
@NullMarked
package dev.tern.server.boot.settings;

import org.jspecify.annotations.NullMarked;
