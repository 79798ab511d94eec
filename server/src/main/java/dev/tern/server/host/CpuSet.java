package dev.tern.server.host;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cores by the numbers Linux gives them, written as Linux writes them: {@code 0-3,8}.
 *
 * @param cpus ascending, without repetition
 */
public record CpuSet(List<Integer> cpus) {
    /** More than any kernel is built for. */
    private static final int MAX_CPUS = 8192;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

    public CpuSet {
        cpus = List.copyOf(new TreeSet<>(cpus));
    }

    /** The set written as {@code text}; empty if it is not written so, or no core is in it. */
    public static Optional<CpuSet> parse(String text) {
        SortedSet<Integer> cpus = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            if (!range.matches()) {
                return Optional.empty();
            }
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            if (last < first || last >= MAX_CPUS) {
                return Optional.empty();
            }
            for (int cpu = first; cpu <= last; cpu++) {
                cpus.add(cpu);
            }
        }
        return Optional.of(new CpuSet(List.copyOf(cpus)));
    }

    public int size() {
        return cpus.size();
    }

    public boolean containsAll(CpuSet other) {
        return cpus.containsAll((Collection<Integer>) other.cpus);
    }

    /** As the kernel takes it: bit n of the bytes, counted from the lowest of the first, is core n. */
    byte[] mask() {
        // The kernel takes whole words.
        byte[] mask = new byte[(cpus.get(cpus.size() - 1) / Long.SIZE + 1) * Long.BYTES];
        for (int cpu : cpus) {
            mask[cpu / Byte.SIZE] |= (byte) (1 << (cpu % Byte.SIZE));
        }
        return mask;
    }

    @Override
    public String toString() {
        StringJoiner ranges = new StringJoiner(",");
        for (int i = 0; i < cpus.size(); ) {
            int first = cpus.get(i);
            int last = first;
            for (i++; i < cpus.size() && cpus.get(i) == last + 1; i++) {
                last++;
            }
            ranges.add(first == last ? Integer.toString(first) : first + "-" + last);
        }
        return ranges.toString();
    }
}
