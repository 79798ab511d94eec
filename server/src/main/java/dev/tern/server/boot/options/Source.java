package dev.tern.server.boot.options;

import java.util.Optional;

/** A place where settings are given. */
@FunctionalInterface
interface Source {
    Optional<Given> given(Setting<?> setting);
}
