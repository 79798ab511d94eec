/**
 * {@code tern-bench}: the load tester for Open Inference Protocol servers.
 *
 * <p>Only the entry point lives here; {@code cli} reads the command line and calls {@code run}.
 */
@NullMarked
package dev.tern.bench;

import org.jspecify.annotations.NullMarked;
