/** What the server promises, proved from outside: other languages' clients, and long loads. */
@NullMarked
package dev.tern.server.acceptance;

import org.jspecify.annotations.NullMarked;
