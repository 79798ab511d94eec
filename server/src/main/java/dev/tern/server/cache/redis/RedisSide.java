package dev.tern.server.cache.redis;

import dev.tern.server.predict.Clock;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What all models have in common.
 *
 * @param lookUps the breakers of look-ups
 * @param writer where answers are encoded, and whatever else no event loop must do
 * @param wall the time that replicas agree on, more or less
 * @param told how often Redis said that something went; grows before that goes in memory
 * @param clearings what is being cleared, by its pattern; for several threads
 */
record RedisSide(
        Store store,
        ValueCodec codec,
        LookUpBreakers lookUps,
        Writes writes,
        Executor writer,
        Clock clock,
        InstantSource wall,
        LongSupplier told,
        Set<String> clearings) {}
