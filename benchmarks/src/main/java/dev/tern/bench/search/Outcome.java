package dev.tern.bench.search;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a search found.
 *
 * @param best the highest rate that met the objective, and met it again; empty where there is none
 * @param probes every rate that was tried, in order
 * @param interrupted whether the search was ended by hand
 */
public record Outcome(OptionalDouble best, List<Probe> probes, boolean interrupted) {
    public Outcome {
        probes = List.copyOf(probes);
    }

    /** The last probe at the best rate. */
    public Optional<Probe> bestProbe() {
        return probes.stream()
                .filter(Probe::met)
                .filter(each -> best.isPresent() && each.point().rate() == best.getAsDouble())
                .reduce((first, last) -> last);
    }

    /** Whether what lies above the best rate was out of the generator's reach, so that the server may do more. */
    public boolean isGeneratorLimited() {
        return probes.stream()
                .filter(each -> !each.met())
                .min(Comparator.comparingDouble(each -> each.point().rate()))
                .filter(each -> each.objection().equals(Rule.GENERATOR))
                .isPresent();
    }
}
