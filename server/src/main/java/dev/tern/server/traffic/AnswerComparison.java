package dev.tern.server.traffic;

import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** How the outputs of two answers compare, in the first one's order. What the second has beside them counts for nothing. */
record AnswerComparison(List<OutputDifference> outputs) {
    AnswerComparison {
        outputs = List.copyOf(outputs);
    }

    /** Reads both, and changes no reference. */
    static AnswerComparison of(InferenceResponse primary, InferenceResponse candidate) {
        return new AnswerComparison(primary.outputs().stream()
                .map(output -> difference(output, candidate.outputs()))
                .toList());
    }

    private static OutputDifference difference(Tensor output, List<Tensor> others) {
        Optional<Tensor> other = others.stream()
                .filter(each -> each.name().equals(output.name()))
                .findFirst();
        return other.map(found -> TensorComparison.between(output, found))
                .orElseGet(() -> OutputDifference.incomparable(output.name()));
    }

    /** The worst of the outputs in each respect, with how long the answers took. */
    ComparedAnswer worst(long primaryNanos, long candidateNanos) {
        double mean = 0;
        double max = 0;
        double rank = Double.NaN;
        for (OutputDifference each : outputs) {
            mean = Math.max(mean, each.meanAbsolute());
            max = Math.max(max, each.maxAbsolute());
            rank = lower(rank, each.rankCorrelation());
        }
        return new ComparedAnswer(mean, max, rank, false, primaryNanos, candidateNanos);
    }

    /** The lower of two, of which either may be none. */
    private static double lower(double one, double other) {
        if (Double.isNaN(one)) {
            return other;
        }
        return Double.isNaN(other) ? one : Math.min(one, other);
    }
}
