package dev.tern.bench.search;

import dev.tern.bench.measure.Judgement;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Objective;
import dev.tern.bench.measure.Quantity.Kind;
import dev.tern.bench.measure.Units;
import java.util.Optional;

/**
 * When a window meets the objective: each of its conditions is kept; no request failed, unless the objective says how many
 * may; and the server kept up with what was sent. A window that is too slow while the generator was late speaks against the
 * generator, not the server; one that is fast enough all the same is good, as latency counts from the intended send.
 *
 * @param objective what is asked
 */
public record Rule(Objective objective) {
    /** Below this part of the requests answered within the window, requests are piling up. */
    private static final double KEPT_UP = 0.95;

    /** The objection to a window that was too slow when the load was not the one asked for. */
    static final String GENERATOR = "the generator could not keep up";

    /** Why the window does not meet it; empty where it does. */
    Optional<String> objection(Measurement measured) {
        if (measured.sent() == 0) {
            return Optional.of("no request fell into the window");
        }
        if (measured.hasErrors() && !objective.judgesErrors()) {
            return Optional.of(Units.format("%,d requests got no answer", measured.sent() - measured.answered()));
        }
        Optional<Judgement> missed =
                objective.judge(measured).stream().filter(each -> !each.met()).findFirst();
        if (missed.filter(each -> each.condition().quantity().kind() == Kind.SHARE)
                .isPresent()) {
            return missed.map(Rule::text);
        }
        Optional<String> slow = fellBehind(measured).or(() -> missed.map(Rule::text));
        return slow.map(each -> measured.isGeneratorLimited() ? GENERATOR : each);
    }

    private static Optional<String> fellBehind(Measurement measured) {
        double answered = measured.answeredInWindow() / (double) measured.sent();
        return answered >= KEPT_UP
                ? Optional.empty()
                : Optional.of("only " + Units.share(answered) + " of the requests were answered within the window");
    }

    private static String text(Judgement missed) {
        return missed.condition().quantity().name() + " = " + missed.valueText();
    }
}
