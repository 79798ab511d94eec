package dev.tern.server.drift;

/** Where the features of one tensor are. */
final class TensorFeatures {
    private final String tensor;
    private final int rowElements;
    private final int[] elements;
    private final int first;

    /**
     * @param rowElements of one row; 1 where any element of the tensor may be taken
     * @param elements of the row, ascending, those that are monitored; used, not copied
     * @param first the number of the first one's feature: the others follow
     */
    TensorFeatures(String tensor, int rowElements, int[] elements, int first) {
        this.tensor = tensor;
        this.rowElements = rowElements;
        this.elements = elements;
        this.first = first;
    }

    String tensor() {
        return tensor;
    }

    int rowElements() {
        return rowElements;
    }

    int count() {
        return elements.length;
    }

    /** Which element of the row is at {@code index}. */
    int element(int index) {
        return elements[index];
    }

    /** The number of the feature at {@code index}. */
    int feature(int index) {
        return first + index;
    }
}
