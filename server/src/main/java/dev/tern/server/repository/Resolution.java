package dev.tern.server.repository;

/**
 * What a request's model and version name stand for: a lease, or a refusal. A value rather than an exception, since
 * asking for what is not there is an ordinary request; finding a version makes no garbage.
 */
public sealed interface Resolution permits ServedVersion, Refusal {}
