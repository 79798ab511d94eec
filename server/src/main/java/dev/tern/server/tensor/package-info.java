/**
 * What a tensor is: datatype, shape, name and bytes. Values without behaviour of their own; any thread may use them.
 *
 * <p>Knows the Java library only.
 */
@Station(name = "tensor")
@NullMarked
package dev.tern.server.tensor;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
