package dev.tern.bench.floor;

import dev.tern.bench.measure.Measurement;
import dev.tern.bench.process.JvmMeter.Usage;

/**
 * What a load cost the server that answered it.
 *
 * @param perSecond requests answered
 * @param cpuMicros CPU time a request
 * @param bytes allocated on the Java heap a request
 * @param p50Micros median latency
 * @param generatorLoad the part of the time in which the generator's busiest event loop ran or waited for a core
 * @param rowsPerRun mean rows in a run; NaN where there is none, or it is not known
 */
record Cost(
        double perSecond, double cpuMicros, double bytes, double p50Micros, double generatorLoad, double rowsPerRun) {
    static Cost of(Measurement measured, Usage used) {
        double requests = measured.answeredInWindow();
        return new Cost(
                measured.perSecond(),
                used.cpuNanos() / requests / 1e3,
                used.allocatedBytes() / requests,
                measured.latencies().getValueAtPercentile(50) / 1e3,
                measured.generatorLoad(),
                Double.NaN);
    }

    Cost inRunsOf(double rows) {
        return new Cost(perSecond, cpuMicros, bytes, p50Micros, generatorLoad, rows);
    }
}
