/**
 * What changing a model under load costs those who use it, measured on servers that this tool starts.
 *
 * <p>Uses {@code process}, {@code run}, {@code models} and {@code figures}; blocks. What is done to a model beside the load
 * is done by a thread of its own.
 */
@NullMarked
package dev.tern.bench.lifecycle;

import org.jspecify.annotations.NullMarked;
