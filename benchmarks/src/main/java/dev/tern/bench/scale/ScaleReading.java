package dev.tern.bench.scale;

/**
 * One repetition under one setting.
 *
 * @param perSecond requests answered
 * @param cpuMicros the server's CPU time a request
 * @param p99Millis 99th percentile of latency
 * @param serverCores the server's CPU time over the time measured
 * @param toolCores the same of this tool
 * @param busy the part of the server's cores' time that was used, by whomever, 0 to 1
 * @param generatorLimited whether the generator, not the server, was the bottleneck
 */
public record ScaleReading(
        double perSecond,
        double cpuMicros,
        double p99Millis,
        double serverCores,
        double toolCores,
        double busy,
        boolean generatorLimited) {}
