package dev.tern.bench.measure;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Failed requests by status code, with the first message of each. Thread-safe. */
final class ErrorCounts {
    private final Map<String, Entry> byCode = new ConcurrentHashMap<>();

    void add(String code, String message) {
        byCode.computeIfAbsent(code, each -> new Entry(message)).count.increment();
    }

    /** By code, in alphabetical order. */
    Map<String, ErrorCount> counts() {
        Map<String, ErrorCount> counts = new TreeMap<>();
        byCode.forEach((code, entry) -> counts.put(code, new ErrorCount(entry.count.sum(), entry.firstMessage)));
        return counts;
    }

    private static final class Entry {
        private final String firstMessage;
        private final LongAdder count = new LongAdder();

        Entry(String firstMessage) {
            this.firstMessage = firstMessage;
        }
    }
}
