/** The server's root package: only the annotation that the other packages are described with. */
@NullMarked
package dev.tern.server;

import org.jspecify.annotations.NullMarked;
