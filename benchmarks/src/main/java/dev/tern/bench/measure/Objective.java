package dev.tern.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Conditions that are to be kept together.
 *
 * @param conditions in the order given
 */
public record Objective(List<Condition> conditions) {
    public Objective {
        conditions = List.copyOf(conditions);
    }

    /**
     * Reads conditions separated by commas, such as {@code p99<20ms,errors<0.1%}.
     *
     * @throws IllegalArgumentException for what is none, saying what is allowed
     */
    public static Objective parse(String text) {
        List<Condition> conditions = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            conditions.add(Condition.parse(each.strip()));
        }
        return new Objective(conditions);
    }

    /** Judges each condition, in order. */
    public List<Judgement> judge(Measurement measured) {
        return conditions.stream().map(each -> each.judge(measured)).toList();
    }

    /** Whether it says how many errors are allowed. */
    public boolean judgesErrors() {
        return conditions.stream().anyMatch(each -> each.quantity().equals(Quantity.ERRORS));
    }

    /** As it was given. */
    @Override
    public String toString() {
        return conditions.stream().map(Condition::text).collect(Collectors.joining(","));
    }
}
