/**
 * What the server counts on its Prometheus page.
 *
 * <p>May use {@code measure}. Pages are fetched on the HTTP client's own threads, or read from a text.
 */
@NullMarked
package dev.tern.bench.metrics;

import org.jspecify.annotations.NullMarked;
