package dev.tern.server.boot.commands;

import dev.tern.server.boot.assembly.DemoRepository;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Candidates for one user, made from the ranker's held-out rows: the user's features come from the first row, the
 * candidates' from the rows in turn.
 */
final class DemoCandidates {
    static final int DENSE = 13;
    static final int CATEGORICAL = 26;

    /** The first features of a row describe the candidate, the others the user and the occasion. */
    private static final int DENSE_OF_CANDIDATE = 3;

    private static final int CATEGORICAL_OF_CANDIDATE = 5;

    private final int size;
    private final float[] dense;
    private final long[] categorical;

    private DemoCandidates(int size, float[] dense, long[] categorical) {
        this.size = size;
        this.dense = dense;
        this.categorical = categorical;
    }

    int size() {
        return size;
    }

    /** Row-major, {@link #DENSE} values a candidate. */
    float[] dense() {
        return dense;
    }

    /** Row-major, {@link #CATEGORICAL} ids a candidate. */
    long[] categorical() {
        return categorical;
    }

    static DemoCandidates read(int size) throws IOException {
        List<String> lines;
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(DemoRepository.open("ranker/heldout.csv"), StandardCharsets.UTF_8))) {
            lines = reader.lines().skip(1).limit(size).toList();
        }
        float[] dense = new float[size * DENSE];
        long[] categorical = new long[size * CATEGORICAL];
        String[] user = lines.get(0).split(",", -1);
        for (int row = 0; row < size; row++) {
            String[] candidate = lines.get(row % lines.size()).split(",", -1);
            for (int i = 0; i < DENSE; i++) {
                String[] from = i < DENSE_OF_CANDIDATE ? candidate : user;
                dense[row * DENSE + i] = Float.parseFloat(from[1 + i]);
            }
            for (int i = 0; i < CATEGORICAL; i++) {
                String[] from = i < CATEGORICAL_OF_CANDIDATE ? candidate : user;
                categorical[row * CATEGORICAL + i] = Long.parseLong(from[1 + DENSE + i]);
            }
        }
        return new DemoCandidates(size, dense, categorical);
    }

    /** A candidate's number and its first ids, enough to tell it from the others. */
    String name(int row) {
        int first = row * CATEGORICAL;
        return "#" + row + " (ids " + categorical[first] + ", " + categorical[first + 1] + ", " + categorical[first + 2]
                + ")";
    }
}
