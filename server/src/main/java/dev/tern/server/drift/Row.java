package dev.tern.server.drift;

/** What was copied of one request: a value of each monitored feature that it had. Used by one thread after the other. */
final class Row {
    private final double[] values;
    private long present;

    /** @param features how many there are, {@link Features#MOST} at most */
    Row(int features) {
        this.values = new double[features];
    }

    void set(int feature, double value) {
        values[feature] = value;
        present |= 1L << feature;
    }

    boolean has(int feature) {
        return (present & (1L << feature)) != 0;
    }

    double value(int feature) {
        return values[feature];
    }
}
