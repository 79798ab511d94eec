/**
 * Which models exist: directories, config.pbtxt, versions, load, retire.
 *
 * <p>Knows nothing of how a version is built: {@link dev.tern.server.repository.VersionFactory} is implemented where the
 * pipeline is composed. Any thread acquires and releases; one control thread owns every change of state; loader threads
 * read directories, create versions and close them; one thread looks at the repositories again and again.
 */
@Station(
        name = "repository",
        mayUse = {"predict", "engine", "tensor"})
@NullMarked
package dev.tern.server.repository;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
