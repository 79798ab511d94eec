package dev.tern.server.ensemble.steps;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TopElements;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The best of each row's candidates: their scores, FP32, from the highest down, and their ids, of any datatype. Of equal
 * scores the one that came first is first; NaN is last. A row has one dimension of candidates, and others only of 1; what
 * comes out has {@code min(k, candidates)} in a row.
 */
public final class TopK implements Computation {
    private final String bestScores;
    private final String bestIds;
    private final int k;
    private final boolean batched;

    /**
     * @param k at least 1
     * @param batched whether the first dimension counts rows; without it, all is one row
     */
    public TopK(String bestScores, String bestIds, int k, boolean batched) {
        this.bestScores = bestScores;
        this.bestIds = bestIds;
        this.k = k;
        this.batched = batched;
    }

    /** Scores, then ids. */
    @Override
    public List<Tensor> of(List<Tensor> inputs) throws UnfitException {
        Tensor scores = inputs.get(0);
        Tensor ids = inputs.get(1);
        if (scores.shape().elements() != ids.shape().elements()) {
            throw new UnfitException(
                    "input '" + ids.name() + "' has " + ids.shape().elements() + " elements, but input '"
                            + scores.name() + "' has " + scores.shape().elements() + "; each score needs its id");
        }
        int rows = batched ? Math.toIntExact(scores.shape().dim(0)) : 1;
        int candidates = rows == 0 ? 0 : Math.toIntExact(scores.shape().elements() / rows);
        int kept = Math.min(k, candidates);
        int[] best = best(Picking.littleEndian(scores.data()), rows, candidates, kept);
        Shape shape = batched ? Shape.of(rows, kept) : Shape.of(kept);
        return List.of(
                new Tensor(bestScores, DataType.FP32, shape, Picking.pick(scores, best)),
                new Tensor(bestIds, ids.type(), shape, Picking.pick(ids, best)));
    }

    /** The places of the best, row by row. */
    private static int[] best(ByteBuffer scores, int rows, int candidates, int kept) {
        int[] best = new int[rows * kept];
        for (int row = 0; row < rows; row++) {
            int from = row * candidates;
            int[] places = TopElements.of(candidates, kept, i -> ascending(scores.getFloat((from + i) * Float.BYTES)));
            for (int i = 0; i < kept; i++) {
                best[row * kept + i] = from + places[i];
            }
        }
        return best;
    }

    /** Whole numbers in the scores' order, NaN below all others. */
    private static int ascending(float score) {
        if (Float.isNaN(score)) {
            return Integer.MIN_VALUE;
        }
        // Makes one zero of two.
        int bits = Float.floatToIntBits(score + 0.0f);
        return bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
    }
}
