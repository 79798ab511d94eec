package dev.tern.server.boot.checks;

import dev.tern.server.engine.Deviation;

/**
 * Whether a model's rows have the same answers alone and in a batch.
 *
 * @param rows that were compared
 * @param worst of their outputs
 * @param detail why the answer is not yes; empty if it is
 */
public record RowFinding(Verdict verdict, int rows, Deviation worst, String detail) {
    public enum Verdict {
        ROW_WISE,
        NOT_ROW_WISE,
        /** No batch could be tried. */
        UNKNOWN
    }

    static RowFinding unknown(String detail) {
        return new RowFinding(Verdict.UNKNOWN, 0, Deviation.NONE, detail);
    }
}
