package dev.tern.server.engine;

import dev.tern.server.engine.BatchProbe.Finding.Verdict;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether rows may share a run: each sample row is run alone, then all together, and the answers are compared.
 *
 * <p>A first dimension that is declared variable is no proof: it may be a sequence's length, the rows may see each
 * other, or the graph may hold a fixed size somewhere.
 */
public final class BatchProbe {
    private final Instance instance;
    private final double tolerance;

    /**
     * @param tolerance how far two numbers may be apart, as a share of the larger one or of 1; half-precision outputs
     *     get what their format cannot hold on top
     */
    public BatchProbe(Instance instance, double tolerance) {
        this.instance = instance;
        this.tolerance = tolerance;
    }

    /**
     * What the probe found.
     *
     * @param detail what an operator reads; empty when the model batches
     */
    public record Finding(Verdict verdict, String detail) {
        /** Whether rows may share a run. */
        public enum Verdict {
            /** Together as alone. */
            BATCHES,
            /** An error or a shape that is wrong only when rows are together. */
            STRUCTURAL,
            /** A row's numbers depend on the rows it is run with. */
            NUMERIC,
            /** A single row fails too, so that nothing is known. */
            INCONCLUSIVE
        }
    }

    /**
     * Tries each of {@code trials} until one says something. That rows batch is believed at once only of rows that got
     * different answers: where all are alike, a row that got another's would not show.
     *
     * @param trials each a few single rows of one shape
     */
    public Finding probe(List<List<List<Tensor>>> trials) {
        Finding inconclusive = null;
        Finding batches = null;
        for (List<List<Tensor>> rows : trials) {
            Trial trial = tryRows(rows);
            switch (trial.finding().verdict()) {
                case STRUCTURAL, NUMERIC -> {
                    return trial.finding();
                }
                case BATCHES -> {
                    if (trial.telling()) {
                        return trial.finding();
                    }
                    batches = trial.finding();
                }
                case INCONCLUSIVE -> inconclusive = inconclusive == null ? trial.finding() : inconclusive;
            }
        }
        Finding nothing = new Finding(Verdict.INCONCLUSIVE, "there is no sample to try");
        return Stream.of(batches, inconclusive)
                .flatMap(Stream::ofNullable)
                .findFirst()
                .orElse(nothing);
    }

    /** @param telling whether the rows got different answers alone */
    private record Trial(Finding finding, boolean telling) {}

    private Trial tryRows(List<List<Tensor>> rows) {
        List<List<Tensor>> alone = new ArrayList<>();
        try {
            for (List<Tensor> row : rows) {
                alone.addAll(run(List.of(row)));
            }
        } catch (EngineException e) {
            release(alone);
            return new Trial(new Finding(Verdict.INCONCLUSIVE, "a single sample row fails: " + e.reason()), false);
        }
        try {
            String unbatched = outputWithoutRows(alone);
            Finding finding =
                    unbatched != null ? new Finding(Verdict.STRUCTURAL, unbatched) : compareTogether(rows, alone);
            return new Trial(finding, anyDiffer(alone));
        } finally {
            release(alone);
        }
    }

    private Finding compareTogether(List<List<Tensor>> rows, List<List<Tensor>> alone) {
        List<List<Tensor>> together;
        try {
            together = run(rows);
        } catch (EngineException e) {
            return new Finding(Verdict.STRUCTURAL, rows.size() + " rows together fail: " + e.reason());
        }
        try {
            for (int row = 0; row < rows.size(); row++) {
                Finding finding = compare(alone.get(row), together.get(row));
                if (finding != null) {
                    return finding;
                }
            }
            return new Finding(Verdict.BATCHES, "");
        } finally {
            release(together);
        }
    }

    private @Nullable Finding compare(List<Tensor> alone, List<Tensor> together) {
        for (int i = 0; i < alone.size(); i++) {
            Tensor one = alone.get(i);
            Tensor other = together.get(i);
            if (!one.shape().equals(other.shape())) {
                return new Finding(
                        Verdict.STRUCTURAL,
                        "output '" + one.name() + "' of a row has shape " + one.shape() + " alone and " + other.shape()
                                + " in a batch");
            }
            String difference = Difference.between(one, other, tolerance);
            if (difference != null) {
                return new Finding(Verdict.NUMERIC, "output '" + one.name() + "' of a row " + difference);
            }
        }
        return null;
    }

    private static boolean anyDiffer(List<List<Tensor>> answers) {
        return answers.stream().anyMatch(answer -> {
            for (int i = 0; i < answer.size(); i++) {
                if (!Difference.sameBytes(answer.get(i), answers.get(0).get(i))) {
                    return true;
                }
            }
            return false;
        });
    }

    private static @Nullable String outputWithoutRows(List<List<Tensor>> alone) {
        for (List<Tensor> outputs : alone) {
            for (Tensor output : outputs) {
                if (output.shape().rank() == 0 || output.shape().dim(0) != 1) {
                    return "output '" + output.name() + "' of one row has shape " + output.shape()
                            + ", which has no batch dimension of 1";
                }
            }
        }
        return null;
    }

    private List<List<Tensor>> run(List<List<Tensor>> rows) throws EngineException {
        return instance.run(
                rows.stream().map(row -> new BatchItem(1, row, List.of())).toList());
    }

    private static void release(List<List<Tensor>> outputs) {
        outputs.forEach(each -> each.forEach(tensor -> tensor.data().release()));
    }
}
