package dev.tern.server.batching.policy;

/**
 * A fixed cost and a cost per unit, fitted to the sizes that were run, for those that were not.
 *
 * <p>Weighted least squares of the relative error, sum of w (1 - (fixed + perUnit u) / t)^2, with a faint pull towards
 * "half of it is fixed", which decides while only one size is known. Neither part is ever negative.
 */
record Affine(double fixed, double perUnit) {
    private static final double PULL = 0.01;

    double at(double units) {
        return fixed + perUnit * units;
    }

    static Affine through(double units, double nanos) {
        return new Affine(nanos / 2, nanos / 2 / units);
    }

    /** Fits to the knots of weight above 0, of which there is at least one. */
    static Affine fit(double[] nanos, double[] weights) {
        double s = 0;
        double su = 0;
        double suu = 0;
        double st = 0;
        double sut = 0;
        double meanUnits = 0;
        double all = 0;
        for (int i = 0; i < nanos.length; i++) {
            if (weights[i] > 0) {
                double units = Knots.units(i);
                double w = weights[i] / (nanos[i] * nanos[i]);
                s += w;
                su += w * units;
                suu += w * units * units;
                st += w * nanos[i];
                sut += w * units * nanos[i];
                meanUnits += weights[i] * units;
                all += weights[i];
            }
        }
        return solve(s, su, suu, st, sut, meanUnits / all);
    }

    private static Affine solve(double s, double su, double suu, double st, double sut, double meanUnits) {
        double pull = PULL * s;
        double a = s + pull;
        double b = su - pull * meanUnits;
        double d = suu + pull * meanUnits * meanUnits;
        double determinant = a * d - b * b;
        double fixed = (st * d - sut * b) / determinant;
        double perUnit = (sut * a - st * b) / determinant;
        if (fixed < 0) {
            return new Affine(0, sut / suu);
        }
        return perUnit < 0 ? new Affine(st / s, 0) : new Affine(fixed, perUnit);
    }
}
