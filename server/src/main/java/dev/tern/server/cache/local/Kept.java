package dev.tern.server.cache.local;

import dev.tern.server.cache.CacheScope;
import dev.tern.server.predict.InferenceResponse;

/**
 * One kept answer.
 *
 * @param response given out as it is: its payloads are on the heap and count no references
 * @param generation of its model when it was asked for; one of an earlier generation was cleared
 * @param ttlNanos how long it is kept; {@link Long#MAX_VALUE} for as long as there is room
 */
record Kept(ModelPart part, CacheScope scope, InferenceResponse response, int generation, long ttlNanos, int weight) {}
