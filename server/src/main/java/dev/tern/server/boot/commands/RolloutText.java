package dev.tern.server.boot.commands;

import dev.tern.proto.admin.v1.Rollout;
import dev.tern.proto.admin.v1.RolloutSignal;
import java.util.Locale;
import java.util.stream.Collectors;

/** A rollout as {@code tern rollout} prints it. */
final class RolloutText {
    private static final String STATE = "STATE_";
    private static final String VERDICT = "VERDICT_";
    private static final double MILLIS = 1000;

    private RolloutText() {}

    static String of(Rollout rollout) {
        String end = System.lineSeparator();
        StringBuilder text = new StringBuilder();
        text.append(rollout.getModel())
                .append(": version ")
                .append(rollout.getCandidate())
                .append(" over version ")
                .append(rollout.getBaseline())
                .append(": ")
                .append(word(rollout.getState().name(), STATE))
                .append(", ")
                .append(number(rollout.getPercent()))
                .append("% of the requests; steps ")
                .append(rollout.getStepsList().stream().map(RolloutText::number).collect(Collectors.joining(", ")))
                .append("; ")
                .append(String.format(Locale.ROOT, "%.1f", rollout.getInStepMs() / MILLIS))
                .append(" s in this step")
                .append(end);
        if (!rollout.getReason().isEmpty()) {
            text.append("as ").append(rollout.getReason()).append(end);
        }
        if (rollout.getDroppedOutcomes() > 0) {
            text.append(rollout.getDroppedOutcomes())
                    .append(" outcomes came faster than they are looked at")
                    .append(end);
        }
        return text.append(signals(rollout)).toString();
    }

    private static String signals(Rollout rollout) {
        TextTable table = new TextTable("SIGNAL", "PAIRS", "LOOKS", "MEAN", "MARGIN", "WORSE", "HOLDS", "VERDICT");
        rollout.getSignalsList().forEach(each -> add(table, each));
        return table.toString();
    }

    private static void add(TextTable table, RolloutSignal signal) {
        table.add(
                signal.getSignal(),
                Long.toString(signal.getPairs()),
                Long.toString(signal.getLooks()),
                String.format(Locale.ROOT, "%.4f", signal.getMeanScore()),
                number(signal.getMargin()),
                number(signal.getWorse()) + " of " + number(signal.getWorseAt()),
                number(signal.getHolds()) + " of " + number(signal.getHoldsAt()),
                word(signal.getVerdict().name(), VERDICT));
    }

    private static String word(String name, String prefix) {
        return name.replace(prefix, "").toLowerCase(Locale.ROOT);
    }

    /** In three digits, without zeros that say nothing. */
    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.3g", value);
        return text.contains(".") && !text.contains("e")
                ? text.replaceAll("0+$", "").replaceAll("\\.$", "")
                : text;
    }
}
