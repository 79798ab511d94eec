package dev.tern.server.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StickinessTest {
    private static final int USERS = 10_000;

    private static boolean isBelow(String model, int user, double limit) {
        return Stickiness.point(model, "user-" + user) < limit;
    }

    @Test
    void usersAreSpreadEvenly() {
        for (double share : new double[] {0.01, 0.1, 0.5, 0.9}) {
            long users = IntStream.range(0, USERS)
                    .filter(user -> isBelow("ranker", user, share))
                    .count();
            // Five standard deviations.
            double deviation = Math.sqrt(USERS * share * (1 - share));
            assertThat((double) users).isBetween(USERS * share - 5 * deviation, USERS * share + 5 * deviation);
        }
    }

    @Test
    void otherUsersAreFirstOfAnotherModel() {
        long both = IntStream.range(0, USERS)
                .filter(user -> isBelow("ranker", user, 0.1) && isBelow("encoder", user, 0.1))
                .count();
        assertThat(both).as("of 1000 users of each").isBetween(50L, 150L);
    }

    @Test
    void aUserIsAtTheSamePlaceInEveryProcess() {
        assertThat(Stickiness.point("ranker", "user-1")).isEqualTo(Stickiness.point("ranker", "user-1"));
        assertThat(Stickiness.point("ranker", "user-1")).isNotEqualTo(Stickiness.point("ranker", "user-2"));
    }
}
