/**
 * The server under test: its address, its connections, what its model looks like.
 *
 * <p>The only package that imports gRPC and Netty. Answers arrive on Netty's event loops.
 */
@NullMarked
package dev.tern.bench.target;

import org.jspecify.annotations.NullMarked;
