/**
 * Between {@code rollout}, which decides, and what it decides about: the versions in the repository, the traffic between
 * them, the meters.
 *
 * <p>Knows nothing else of {@code boot}. Called by {@code tern-control} and by event loops with operators' calls.
 */
@NullMarked
package dev.tern.server.boot.rollouts;

import org.jspecify.annotations.NullMarked;
