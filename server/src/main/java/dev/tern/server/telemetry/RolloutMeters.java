package dev.tern.server.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far a model's last rollout has come. */
final class RolloutMeters extends MeterGroup {
    private volatile @Nullable Enum<?> state;
    private volatile double percent;

    RolloutMeters(MeterRegistry registry, Class<? extends Enum<?>> states, String model) {
        super(registry, Tags.of("model", model));
        for (Enum<?> each : states.getEnumConstants()) {
            gauge(
                    TernMeter.ROLLOUT_STATE,
                    () -> each == state ? 1 : 0,
                    "state",
                    each.name().toLowerCase(Locale.ROOT));
        }
        gauge(TernMeter.ROLLOUT_CANDIDATE_WEIGHT, () -> percent);
    }

    void changed(Enum<?> next, double candidatePercent) {
        state = next;
        percent = candidatePercent;
    }
}
