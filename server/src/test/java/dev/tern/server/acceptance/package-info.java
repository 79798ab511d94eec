/** What the server promises, proved from outside: other languages' clients, long loads, and how its process ends. */
@NullMarked
package dev.tern.server.acceptance;

import org.jspecify.annotations.NullMarked;
