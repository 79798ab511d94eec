/**
 * A run's result as text and as JSON.
 *
 * <p>Pure functions of a result; may use Gson.
 */
@NullMarked
package dev.tern.bench.report;

import org.jspecify.annotations.NullMarked;
