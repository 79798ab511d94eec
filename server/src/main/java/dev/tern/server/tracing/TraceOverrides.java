package dev.tern.server.tracing;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@link TraceSettings} that are said here; null for those that come from elsewhere. */
public record TraceOverrides(
        @Nullable Set<TraceLevel> levels,
        @Nullable Integer rate,
        @Nullable Integer count,
        @Nullable Integer logFrequency) {
    public static final TraceOverrides NONE = new TraceOverrides(null, null, null, null);

    public TraceOverrides {
        levels = levels == null ? null : Set.copyOf(levels);
    }

    public TraceOverrides withLevels(@Nullable Set<TraceLevel> said) {
        return new TraceOverrides(said, rate, count, logFrequency);
    }

    public TraceOverrides withRate(@Nullable Integer said) {
        return new TraceOverrides(levels, said, count, logFrequency);
    }

    public TraceOverrides withCount(@Nullable Integer said) {
        return new TraceOverrides(levels, rate, said, logFrequency);
    }

    public TraceOverrides withLogFrequency(@Nullable Integer said) {
        return new TraceOverrides(levels, rate, count, said);
    }

    /** What is in force where the rest is {@code below}. */
    TraceSettings over(TraceSettings below) {
        return new TraceSettings(
                levels == null ? below.levels() : levels,
                rate == null ? below.rate() : rate,
                count == null ? below.count() : count,
                logFrequency == null ? below.logFrequency() : logFrequency);
    }
}
