/**
 * Datatypes of the protocol and how their elements stand in raw bytes.
 *
 * <p>Knows nothing but java.*; immutable values only.
 */
@NullMarked
package dev.tern.bench.tensor;

import org.jspecify.annotations.NullMarked;
