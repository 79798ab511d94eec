package dev.tern.bench.floor;

import dev.tern.bench.process.JavaChild;
import java.io.IOException;

/**
 * What a bare run of ONNX Runtime costs.
 *
 * @param cpuNanos CPU time of its thread
 * @param nanos by the clock
 * @param bytes allocated on the Java heap
 */
record BareRun(double cpuNanos, double nanos, double bytes) {
    /** Measures runs of the whole numbers of rows around {@code rows} and takes the line between them. */
    static BareRun measure(JavaChild runs, double rows) throws IOException {
        int below = (int) Math.floor(rows);
        BareRun lower = measure(runs, below);
        double share = rows - below;
        return share == 0 ? lower : lower.towards(measure(runs, below + 1), share);
    }

    private static BareRun measure(JavaChild runs, int rows) throws IOException {
        String[] answer = runs.ask(Integer.toString(rows)).split(" ", -1);
        return new BareRun(Double.parseDouble(answer[0]), Double.parseDouble(answer[1]), Double.parseDouble(answer[2]));
    }

    BareRun towards(BareRun other, double share) {
        return new BareRun(
                cpuNanos + share * (other.cpuNanos - cpuNanos),
                nanos + share * (other.nanos - nanos),
                bytes + share * (other.bytes - bytes));
    }
}
