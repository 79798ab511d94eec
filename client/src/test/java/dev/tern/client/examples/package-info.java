/** Examples to copy from, kept compiling and running. */
@NullMarked
package dev.tern.client.examples;

import org.jspecify.annotations.NullMarked;
