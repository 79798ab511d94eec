package dev.tern.server.tensor;

import java.util.function.IntToLongFunction;

/** Finds the elements of the highest rank, best first; of equal ones the first comes first. */
public final class TopElements {
    private final IntToLongFunction rank;

    /** A heap: no element is better than one below it, so that the worst is on top. */
    private final int[] heap;

    private TopElements(IntToLongFunction rank, int size) {
        this.rank = rank;
        this.heap = new int[size];
    }

    /**
     * The places of the best {@code wanted} of {@code count} elements, or of all if there are no more. Takes as many looks at
     * ranks as there are elements, and the logarithm of {@code wanted} more for each that is among the best so far.
     */
    public static int[] of(int count, int wanted, IntToLongFunction rank) {
        TopElements top = new TopElements(rank, Math.min(count, wanted));
        top.fill();
        for (int i = top.heap.length; i < count; i++) {
            top.offer(i);
        }
        return top.sorted();
    }

    private void fill() {
        for (int i = 0; i < heap.length; i++) {
            heap[i] = i;
        }
        for (int i = heap.length / 2 - 1; i >= 0; i--) {
            sink(i, heap.length);
        }
    }

    private void offer(int element) {
        if (heap.length > 0 && isBetter(element, heap[0])) {
            heap[0] = element;
            sink(0, heap.length);
        }
    }

    /** Takes the worst from the top, again and again, and puts it behind what is left. */
    private int[] sorted() {
        for (int size = heap.length - 1; size > 0; size--) {
            swap(0, size);
            sink(0, size);
        }
        return heap;
    }

    private void sink(int from, int size) {
        int at = from;
        while (true) {
            int worst = at;
            for (int below = 2 * at + 1; below <= 2 * at + 2 && below < size; below++) {
                worst = isBetter(heap[worst], heap[below]) ? below : worst;
            }
            if (worst == at) {
                return;
            }
            swap(at, worst);
            at = worst;
        }
    }

    private void swap(int one, int other) {
        int element = heap[one];
        heap[one] = heap[other];
        heap[other] = element;
    }

    private boolean isBetter(int one, int other) {
        long first = rank.applyAsLong(one);
        long second = rank.applyAsLong(other);
        return first > second || (first == second && one < other);
    }
}
