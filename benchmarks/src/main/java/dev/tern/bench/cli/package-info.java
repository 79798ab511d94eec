/**
 * The command line: options, their checks, exit codes and what Ctrl-C does.
 *
 * <p>Only this package and the entry point import picocli.
 */
@NullMarked
package dev.tern.bench.cli;

import org.jspecify.annotations.NullMarked;
