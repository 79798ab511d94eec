/**
 * The server's settings: one table of them, read from flags, the environment and one YAML file, in that order of
 * precedence, into immutable records.
 *
 * <p>Knows nothing else of the server. The main thread reads them once; the records may be used by any thread.
 */
@NullMarked
package dev.tern.server.boot.options;

import org.jspecify.annotations.NullMarked;
