package dev.tern.bench.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.measure.Objective;
import org.junit.jupiter.api.Test;

class RuleTest {
    private final Rule rule = new Rule(Objective.parse("p99<20ms"));
    private final Rule lenient = new Rule(Objective.parse("p99<20ms,errors<2%"));

    @Test
    void everyConditionIsToHold() {
        assertThat(rule.objection(Windows.answered(1_000, 19).measurement())).isEmpty();
        assertThat(rule.objection(Windows.answered(1_000, 21).measurement())).hasValue("p99 = 21.0 ms");
    }

    @Test
    void noRequestMayFailUnlessTheObjectiveSaysHowMany() {
        Point window = Windows.of(1_000, 990, 10, 5, 0);
        assertThat(rule.objection(window.measurement())).hasValue("10 requests got no answer");
        assertThat(lenient.objection(window.measurement())).isEmpty();
        assertThat(lenient.objection(Windows.of(1_000, 970, 30, 5, 0).measurement()))
                .hasValue("errors = 3.00%");
    }

    @Test
    void aServerThatFallsBehindDoesNotMeetIt() {
        Rule errorsOnly = new Rule(Objective.parse("errors<50%"));
        assertThat(errorsOnly.objection(Windows.of(1_000, 900, 100, 5, 0).measurement()))
                .hasValue("only 90.00% of the requests were answered within the window");
    }

    @Test
    void theGeneratorsFaultIsNotTheServers() {
        assertThat(rule.objection(Windows.of(1_000, 1_000, 0, 25, 2).measurement()))
                .hasValue(Rule.GENERATOR);
        assertThat(rule.objection(Windows.of(1_000, 1_000, 0, 5, 2).measurement()))
                .isEmpty();
        assertThat(lenient.objection(Windows.of(1_000, 970, 30, 5, 2).measurement()))
                .hasValue("errors = 3.00%");
    }

    @Test
    void anEmptyWindowMeetsNothing() {
        assertThat(rule.objection(Windows.answered(0, 1).measurement())).hasValue("no request fell into the window");
    }
}
