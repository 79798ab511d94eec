package dev.tern.bench.cached;

import dev.tern.bench.input.Catalogue;
import dev.tern.bench.input.InputSettings;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.KeyChoice;
import dev.tern.bench.load.KeyChoice.Kind;
import dev.tern.bench.load.Keys;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.load.Source;

/**
 * One load on one model, of requests whose rows are drawn from one catalogue.
 *
 * @param rows of each request
 * @param keys which of the requests is sent next
 * @param distinct how many there are
 * @param first the number of the first of them in the catalogue
 * @param seed of the choice; trials of one seed get the same requests in the same order
 */
record Trial(String model, int rows, LoadPlan load, KeyChoice keys, int distinct, long first, long seed) {
    /** Requests that come again. */
    static final int DISTINCT = 100_000;

    private static final int CATALOGUE = 100_000;
    private static final double EXPONENT = 1;
    private static final KeyChoice ZIPF = new KeyChoice(Kind.ZIPF, EXPONENT);
    private static final int CALLERS = 64;
    private static final int FEW = 64;
    /** More than a trial sends. */
    private static final int ROOM = 1 << 28;

    /** What a crowd of callers sends. */
    static LoadPlan crowd() {
        return new ClosedLoad(CALLERS);
    }

    /** Requests that come again by Zipf's law. */
    static Trial repeating(Variant variant, int rows, LoadPlan load, long seed) {
        return new Trial(variant.model(), rows, load, ZIPF, DISTINCT, 0, seed);
    }

    /** A few requests in turn, of which all answers are kept. */
    static Trial few(Variant variant, int rows, LoadPlan load) {
        return new Trial(variant.model(), rows, load, KeyChoice.IN_TURN, FEW, 0, 1);
    }

    /**
     * Requests that come once.
     *
     * @param nth from 1 to 4095: another for each trial of a model on one server
     */
    static Trial fresh(Variant variant, int rows, LoadPlan load, int nth) {
        return new Trial(variant.model(), rows, load, KeyChoice.IN_TURN, ROOM, (long) nth * ROOM, nth);
    }

    InputSettings inputs() {
        return InputSettings.from(new Catalogue(CATALOGUE, EXPONENT, first), rows, distinct);
    }

    /** Which of the requests were sent, in order, where so many were. */
    int[] sent(int requests) {
        Keys all = Source.keys(keys, distinct, seed, 0);
        int[] sent = new int[requests];
        for (int n = 0; n < requests; n++) {
            sent[n] = all.at(n);
        }
        return sent;
    }

    /** For people. */
    String describe() {
        return model + ", " + rows(rows) + ", " + load.describe();
    }

    /** For people: {@code 1 row} or {@code 200 rows}. */
    static String rows(int rows) {
        return rows == 1 ? "1 row" : rows + " rows";
    }
}
