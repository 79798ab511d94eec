package dev.tern.server.repository;

import java.util.concurrent.Executor;

/**
 * Who works for a {@link ModelRepository}.
 *
 * @param control runs tasks one after the other, each quickly; all listeners are called on it
 * @param loaders runs what blocks: reading, creating, closing; its threads bound how many models load at once
 * @param clearing runs {@link ModelRepository#clearCache}, which may take long and has to wait for nothing
 * @param looks looks through the repositories, one look at a time, while the loaders may be busy for long
 */
public record RepositoryThreads(Executor control, Executor loaders, Executor clearing, Executor looks) {}
