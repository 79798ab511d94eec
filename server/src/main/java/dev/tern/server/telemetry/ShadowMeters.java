package dev.tern.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** The copies that one model version got of what others have answered. */
final class ShadowMeters extends MeterGroup {
    /** 0.000001 to 1000. */
    private static final double[] DIFFERENCE_BUCKETS = IntStream.rangeClosed(-6, 3)
            .mapToDouble(power -> Math.pow(10, power))
            .toArray();

    /** From 0, the same order, to 2, the reverse. */
    private static final double[] RANK_BUCKETS = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 2};

    final Map<Enum<?>, Counter> copies;
    final DistributionSummary meanAbsolute;
    final DistributionSummary maxAbsolute;
    final DistributionSummary rankDistance;
    final Timer duration;
    final Timer primaryDuration;
    final DoubleAdder correlations = new DoubleAdder();
    final LongAdder correlated = new LongAdder();

    ShadowMeters(MeterRegistry registry, Class<? extends Enum<?>> outcomes, String model, String version) {
        super(registry, Tags.of("model", model, "version", version));
        copies = counters(TernMeter.SHADOW_REQUESTS, "outcome", outcomes);
        meanAbsolute = summary(TernMeter.SHADOW_MEAN_ABSOLUTE, DIFFERENCE_BUCKETS);
        maxAbsolute = summary(TernMeter.SHADOW_MAX_ABSOLUTE, DIFFERENCE_BUCKETS);
        rankDistance = summary(TernMeter.SHADOW_RANK_DISTANCE, RANK_BUCKETS);
        duration = timer(TernMeter.SHADOW_DURATION);
        primaryDuration = timer(TernMeter.SHADOW_PRIMARY_DURATION);
        gauge(TernMeter.SHADOW_RANK_CORRELATION, this::meanCorrelation);
    }

    /** NaN for none. */
    private double meanCorrelation() {
        return correlations.sum() / correlated.sum();
    }
}
