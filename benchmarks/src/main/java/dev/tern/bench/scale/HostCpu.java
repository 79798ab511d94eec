package dev.tern.bench.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The time of some cores so far, as Linux counts it, whoever used it.
 *
 * @param busy that was used, in the system's own ticks
 * @param all that has passed
 */
record HostCpu(long busy, long all) {
    private static final String CORE = "cpu";
    private static final int IDLE = 4;
    private static final int WAITING = 5;
    /** What comes behind is counted in others before. */
    private static final int LAST = 8;

    static HostCpu read(Set<Integer> cores) {
        try {
            return of(Files.readAllLines(Path.of("/proc/stat")), cores);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static HostCpu of(List<String> lines, Set<Integer> cores) {
        long busy = 0;
        long all = 0;
        for (String line : lines) {
            String[] words = line.split(" +", -1);
            if (isOneOf(cores, words[0])) {
                for (int i = 1; i <= LAST; i++) {
                    long ticks = Long.parseLong(words[i]);
                    all += ticks;
                    busy += i == IDLE || i == WAITING ? 0 : ticks;
                }
            }
        }
        return new HostCpu(busy, all);
    }

    private static boolean isOneOf(Set<Integer> cores, String name) {
        return name.matches(CORE + "\\d+") && cores.contains(Integer.parseInt(name.substring(CORE.length())));
    }

    /** The part of the cores' time since that was used, 0 to 1; NaN where none has passed. */
    double shareSince(HostCpu before) {
        return (double) (busy - before.busy) / (all - before.all);
    }
}
