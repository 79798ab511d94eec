/**
 * Makes a version of a model from its file and configuration, with the pipeline that its requests go through.
 *
 * <p>Uses what a configuration means ({@code settings}), the caches, warm-up and meters. Runs on loader threads.
 */
@NullMarked
package dev.tern.server.boot.versions;

import org.jspecify.annotations.NullMarked;
