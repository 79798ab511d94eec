/** Tests of the client, most of them against {@link dev.tern.client.FakeServer} over a real socket. */
@NullMarked
package dev.tern.client;

import org.jspecify.annotations.NullMarked;
