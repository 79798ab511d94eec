package dev.tern.server.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorComparisonTest {
    private static final float NONE = Float.NaN;

    private static Tensor floats(float... values) {
        return Tensors.floats("y", Shape.of(values.length), values);
    }

    private static Tensor longs(long... values) {
        return Tensors.longs("y", Shape.of(values.length), values);
    }

    private static OutputDifference between(Tensor one, Tensor other) {
        return TensorComparison.between(one, other);
    }

    @Test
    void meanLargestAndRanksOfNumbers() {
        OutputDifference difference = between(floats(1, 2, 3, 4), floats(1, 2.5f, 3, 3));
        assertThat(difference.meanAbsolute()).isEqualTo(1.5 / 4);
        assertThat(difference.maxAbsolute()).isEqualTo(1);
        // Ranks 1 2 3 4 against 1 2 3.5 3.5.
        assertThat(difference.rankCorrelation()).isCloseTo(0.948683, within(1e-6));
        assertThat(between(floats(1, 2, 3), floats(30, 20, 10)).rankCorrelation())
                .isCloseTo(-1, within(1e-12));
    }

    @Test
    void thereIsNoRankOfTooFewOrOfOneValue() {
        assertThat(between(floats(1, 2), floats(1, 2)).rankCorrelation()).isNaN();
        assertThat(between(floats(2, 2, 2), floats(5, 5, 5)).rankCorrelation()).isNaN();
        assertThat(between(floats(1, 2, NONE, 3), floats(1, 2, NONE, 3)).rankCorrelation())
                .isCloseTo(1, within(1e-12));
    }

    @Test
    void anOrderAndNoneHaveNothingInCommon() {
        assertThat(between(floats(1, 2, 3), floats(5, 5, 5)).rankCorrelation()).isZero();
        assertThat(between(floats(5, 5, 5), floats(1, 2, 3)).rankCorrelation()).isZero();
    }

    @Test
    void ranksAreOfTheFirstValuesOnly() {
        float[] values = new float[Ranks.MOST + 1000];
        float[] turned = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
            turned[i] = i < Ranks.MOST ? i : -i;
        }
        assertThat(between(floats(values), floats(turned)).rankCorrelation()).isCloseTo(1, within(1e-12));
    }

    @Test
    void whatIsNoNumberOnBothSidesIsEqual() {
        OutputDifference difference =
                between(floats(NONE, Float.POSITIVE_INFINITY, -0f, 1), floats(NONE, Float.POSITIVE_INFINITY, 0f, 2));
        assertThat(difference.meanAbsolute()).isEqualTo(0.25);
        assertThat(difference.maxAbsolute()).isEqualTo(1);
    }

    @Test
    void aNumberAndNoneCannotBeCompared() {
        assertThat(between(floats(1, 2), floats(1, NONE)).meanAbsolute()).isInfinite();
        assertThat(between(floats(1, NONE), floats(1, 2)).maxAbsolute()).isInfinite();
        assertThat(between(floats(1), floats(Float.NEGATIVE_INFINITY)).meanAbsolute())
                .isInfinite();
    }

    @Test
    void otherShapesAndKindsCannotBeCompared() {
        assertThat(between(floats(1, 2), floats(1)).meanAbsolute()).isInfinite();
        assertThat(between(Tensors.floats("y", Shape.of(1, 2), 1, 2), floats(1, 2))
                        .meanAbsolute())
                .isInfinite();
        assertThat(between(floats(1), Tensors.strings("y", Shape.of(1), "1")).meanAbsolute())
                .isInfinite();
    }

    @Test
    void numbersOfOtherTypesAreComparedAsNumbers() {
        Tensor halves = Tensors.raw("y", DataType.FP16, Shape.of(2), (byte) 0, (byte) 0x3C, (byte) 0, (byte) 0xC0);
        OutputDifference difference = between(floats(1, -2.5f), halves);
        assertThat(difference.meanAbsolute()).isEqualTo(0.25);
        assertThat(difference.maxAbsolute()).isEqualTo(0.5);
    }

    @Test
    void wholeNumbersThatADoubleCannotTellApart() {
        OutputDifference difference = between(longs(Long.MAX_VALUE, 5), longs(Long.MAX_VALUE - 1, 5));
        assertThat(difference.meanAbsolute()).isEqualTo(0.5);
        assertThat(difference.maxAbsolute()).isEqualTo(1);
    }

    @Test
    void ofTextsAndBooleansTheShareThatDiffers() {
        OutputDifference texts = between(
                Tensors.strings("y", Shape.of(4), "a", "b", "", "d"),
                Tensors.strings("y", Shape.of(4), "a", "c", "", "dd"));
        assertThat(texts).isEqualTo(new OutputDifference("y", 0.5, 1, Double.NaN));
        Tensor booleans = Tensors.raw("y", DataType.BOOL, Shape.of(4), (byte) 1, (byte) 0, (byte) 1, (byte) 0);
        Tensor others = Tensors.raw("y", DataType.BOOL, Shape.of(4), (byte) 2, (byte) 0, (byte) 0, (byte) 0);
        assertThat(between(booleans, others)).isEqualTo(new OutputDifference("y", 0.25, 1, Double.NaN));
        assertThat(between(booleans, booleans)).isEqualTo(new OutputDifference("y", 0, 0, Double.NaN));
    }

    /** A candidate that gives everybody the same score has none of the order. */
    @Test
    void whereOnlyOneSideTellsValuesApartThereIsNoCorrelation() {
        assertThat(between(floats(1, 2, 3), floats(2, 2, 2)).rankCorrelation()).isZero();
        assertThat(between(floats(2, 2, 2), floats(1, 2, 3)).rankCorrelation()).isZero();
    }

    @Test
    void whatIsLargerThanAPieceIsReadToItsEnd() {
        float[] values = new float[3 * PieceReader.PIECE_BYTES / Float.BYTES + 1];
        float[] others = values.clone();
        others[others.length - 1] = 4;
        OutputDifference difference = between(floats(values), floats(others));
        assertThat(difference.maxAbsolute()).isEqualTo(4);
        assertThat(difference.meanAbsolute()).isEqualTo(4.0 / values.length);
    }

    /** The second text begins in one piece of its payload and ends in another, at other places on each side. */
    @Test
    void textsAreComparedAcrossPieces() {
        String lengthy = "x".repeat(PieceReader.PIECE_BYTES - 7);
        String other = "x".repeat(PieceReader.PIECE_BYTES - 8) + "y";
        OutputDifference difference = between(
                Tensors.strings("y", Shape.of(4), "a", lengthy, lengthy, "end"),
                Tensors.strings("y", Shape.of(4), "bcdef", lengthy, other, "end"));
        assertThat(difference).isEqualTo(new OutputDifference("y", 0.5, 1, Double.NaN));
    }

    @Test
    void textsThatAreCutOffCannotBeCompared() {
        Tensor whole = Tensors.strings("y", Shape.of(1), "a");
        assertThat(between(whole, Tensors.raw("y", DataType.BYTES, Shape.of(1), (byte) 2, (byte) 0, (byte) 0, (byte) 0))
                        .meanAbsolute())
                .isInfinite();
        assertThat(between(whole, Tensors.raw("y", DataType.BYTES, Shape.of(1), (byte) 1))
                        .meanAbsolute())
                .isInfinite();
    }

    /** A copy of the whole would be a second one of that size. */
    @Test
    void noMoreThanAPieceIsReadAtOnce() {
        Tensor large = floats(new float[PieceReader.PIECE_BYTES]);
        Pieces pieces = new Pieces(large.data());
        Tensor watched = new Tensor("y", large.type(), large.shape(), pieces);
        assertThat(between(watched, large).maxAbsolute()).isZero();
        assertThat(pieces.largest).isEqualTo(PieceReader.PIECE_BYTES);
    }

    /** Knows the most bytes that were wanted of it at once. */
    private static final class Pieces implements Payload {
        private final Payload bytes;
        private int largest;

        Pieces(Payload bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.size();
        }

        @Override
        public void copyTo(long from, ByteBuffer dst) {
            largest = Math.max(largest, dst.remaining());
            bytes.copyTo(from, dst);
        }

        @Override
        public Payload retain() {
            return this;
        }

        @Override
        public void release() {}
    }

    @Test
    void noElementsAreEqual() {
        assertThat(between(floats(), floats())).isEqualTo(new OutputDifference("y", 0, 0, Double.NaN));
    }

    @Test
    void theWorstOfTheOutputsCounts() {
        InferenceResponse primary = new InferenceResponse(
                List.of(Tensors.floats("a", Shape.of(3), 1, 2, 3), Tensors.floats("b", Shape.of(3), 1, 2, 3)));
        InferenceResponse candidate = new InferenceResponse(List.of(
                Tensors.floats("b", Shape.of(3), 1, 2, 3.5f),
                Tensors.floats("a", Shape.of(3), 2, 1, 3),
                Tensors.floats("more", Shape.of(1), 9)));
        ComparedAnswer compared = AnswerComparison.of(primary, candidate).worst(7, 9);
        assertThat(compared.meanAbsolute()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(compared.maxAbsolute()).isEqualTo(1);
        assertThat(compared.rankCorrelation()).isCloseTo(0.5, within(1e-12));
        assertThat(compared.primaryNanos()).isEqualTo(7);
        assertThat(compared.candidateNanos()).isEqualTo(9);
        assertThat(compared.failed()).isFalse();

        InferenceResponse less = new InferenceResponse(List.of(Tensors.floats("a", Shape.of(3), 1, 2, 3)));
        assertThat(AnswerComparison.of(primary, less).worst(7, 9).isComparable())
                .as("an output is missing")
                .isFalse();
    }
}
