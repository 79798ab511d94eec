package dev.tern.bench.measure;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
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
        return parse(text, Condition::parse);
    }

    /**
     * The same, ratios such as {@code p99<=1.1x} among them, where two are compared.
     *
     * @throws IllegalArgumentException for what is none, saying what is allowed
     */
    public static Objective parseComparing(String text) {
        return parse(text, Condition::parseComparing);
    }

    /** The conditions of all of them, in order. */
    public static Objective all(List<Objective> objectives) {
        return new Objective(
                objectives.stream().flatMap(each -> each.conditions.stream()).toList());
    }

    private static Objective parse(String text, Function<String, Condition> condition) {
        return new Objective(Arrays.stream(text.split(",", -1))
                .map(each -> condition.apply(each.strip()))
                .toList());
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
