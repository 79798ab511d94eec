package dev.tern.server.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GrowthTest {
    @Test
    void looksAtTheLastThirdOnly() {
        Growth growth = new Growth();
        for (int second = 0; second <= 60; second++) {
            growth.add(second, second < 40 ? 10 * second : 1000);
        }
        assertThat(growth.percentPerMinuteInLastThird()).isCloseTo(0, within(1e-9));
    }

    @Test
    void isInPercentOfTheMeanAMinute() {
        Growth growth = new Growth();
        for (int second = 0; second <= 60; second++) {
            // From 40 to 60 s the mean is 1000; 2 a second are 120 a minute, 12 % of that.
            growth.add(second, 900 + 2 * second);
        }
        assertThat(growth.percentPerMinuteInLastThird()).isCloseTo(12, within(1e-9));
    }
}
