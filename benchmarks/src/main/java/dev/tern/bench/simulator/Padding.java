package dev.tern.bench.simulator;

/** Which requests of different lengths may share a run; a run takes its rows times the longest of them. */
public enum Padding {
    /** Equal lengths only. */
    NONE {
        @Override
        Object group(int length) {
            return length;
        }
    },
    /** Lengths within a factor of two. */
    BUCKETS {
        @Override
        Object group(int length) {
            return Integer.numberOfLeadingZeros(Math.max(1, length - 1));
        }
    },
    /** All. */
    ANY {
        @Override
        Object group(int length) {
            return this;
        }
    };

    abstract Object group(int length);
}
