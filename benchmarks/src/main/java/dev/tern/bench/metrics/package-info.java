/**
 * What the server counts on its Prometheus page.
 *
 * <p>May use {@code measure}; the only package that speaks HTTP. Pages are fetched on the HTTP client's own threads.
 */
@NullMarked
package dev.tern.bench.metrics;

import org.jspecify.annotations.NullMarked;
