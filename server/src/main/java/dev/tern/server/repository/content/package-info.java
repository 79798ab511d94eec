/**
 * What lies in a model's directory: digests and sizes of its files, whatever their times say.
 *
 * <p>Uses the file system only; called on loader threads and on the one that looks through the repositories.
 */
@NullMarked
package dev.tern.server.repository.content;

import org.jspecify.annotations.NullMarked;
