package dev.tern.server.boot.commands;

import dev.tern.server.boot.checks.RowFinding;
import dev.tern.server.boot.checks.RowFinding.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code tern check --rows} found, for people: one line a version, then why. */
final class RowTable {
    private final TextTable table =
            new TextTable("MODEL", "VERSION", "ROW-WISE", "TERN.CACHE.ROWS", "ROWS TRIED", "ABSOLUTE", "RELATIVE");
    private final List<String> notes = new ArrayList<>();

    void add(String model, long version, boolean marked, RowFinding finding) {
        boolean tried = finding.rows() > 0 || finding.verdict() == Verdict.NOT_ROW_WISE;
        table.add(
                model,
                Long.toString(version),
                switch (finding.verdict()) {
                    case ROW_WISE -> "yes";
                    case NOT_ROW_WISE -> "no";
                    case UNKNOWN -> "unknown";
                },
                marked ? "true" : "-",
                Integer.toString(finding.rows()),
                tried ? number(finding.worst().absolute()) : "-",
                tried ? number(finding.worst().relative()) : "-");
        if (!finding.detail().isEmpty()) {
            notes.add("  " + model + " " + version + ": " + finding.detail());
        }
    }

    private static String number(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(table.toString());
        notes.forEach(note -> text.append(note).append(System.lineSeparator()));
        return text.toString();
    }
}
