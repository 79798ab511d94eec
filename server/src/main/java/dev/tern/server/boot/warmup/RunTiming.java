package dev.tern.server.boot.warmup;

import java.util.function.LongSupplier;

/**
 * How runs are measured at load.
 *
 * @param effort how many
 * @param nanos by which clock, the effort's budget, too; on a thread that gives way, the time that it had of a core says what a run takes, and the
 *     time that passed does not
 */
public record RunTiming(Effort effort, LongSupplier nanos) {}
