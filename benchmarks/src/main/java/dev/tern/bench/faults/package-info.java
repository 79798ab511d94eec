/**
 * What befalls a Redis under measurement, and a way to it that does harm to its replies.
 *
 * <p>Uses {@code process}. A fault is begun and ended by one thread of its own, beside the load.
 */
@NullMarked
package dev.tern.bench.faults;

import org.jspecify.annotations.NullMarked;
