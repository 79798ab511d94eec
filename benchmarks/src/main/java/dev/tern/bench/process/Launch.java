package dev.tern.bench.process;

import java.nio.file.Path;

/**
 * How servers are started.
 *
 * @param launcher bin/tern
 * @param cores what taskset pins them to; empty for any core
 */
public record Launch(Path launcher, String cores) {}
