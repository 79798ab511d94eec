/** What tests of every package share: small models made on the spot, so that no test needs a file or Python. */
@NullMarked
package dev.tern.server.testing;

import org.jspecify.annotations.NullMarked;
