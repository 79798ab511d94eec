package dev.tern.bench.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** The cores that a process may use. */
final class Cores {
    private static final String ALLOWED = "Cpus_allowed_list:";

    private Cores() {}

    /** As Linux tells them. */
    static Set<Integer> of(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(each -> each.startsWith(ALLOWED))
                .map(each -> parse(each.substring(ALLOWED.length()).strip()))
                .findFirst()
                .orElseThrow(() -> new IOException("process " + pid + " does not tell its cores"));
    }

    /** Such as 0-3,8. */
    static Set<Integer> parse(String list) {
        Set<Integer> cores = new TreeSet<>();
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", 2);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int core = Integer.parseInt(ends[0]); core <= last; core++) {
                cores.add(core);
            }
        }
        return cores;
    }
}
