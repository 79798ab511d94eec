package dev.tern.server.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.TrafficSettings.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawTest {
    private static final int POINTS = 1000;

    private static List<Share> split(Object... versionsAndWeights) {
        List<Share> split = new ArrayList<>();
        for (int i = 0; i < versionsAndWeights.length; i += 2) {
            split.add(new Share((String) versionsAndWeights[i], ((Number) versionsAndWeights[i + 1]).doubleValue()));
        }
        return split;
    }

    private static String first(List<Share> split, int thousandths) {
        return Objects.requireNonNull(new Draw(split, (double) thousandths / POINTS).next());
    }

    @Test
    void theLastVersionIsAtTheBottom() {
        List<Share> split = split("1", 90, "2", 10);
        assertThat(first(split, 0)).isEqualTo("2");
        assertThat(first(split, 99)).isEqualTo("2");
        assertThat(first(split, 101)).isEqualTo("1");
        assertThat(first(split, 999)).isEqualTo("1");
    }

    @Test
    void eachVersionGetsItsShare() {
        List<Share> split = split("1", 5, "2", 3, "3", 2);
        for (Share each : split) {
            long points = IntStream.range(0, POINTS)
                    .filter(point -> first(split, point).equals(each.version()))
                    .count();
            assertThat(points).isBetween((long) (100 * each.weight()) - 1, (long) (100 * each.weight()) + 1);
        }
    }

    @Test
    void whoIsOnAGrowingCandidateStaysThere() {
        for (int from : List.of(1, 5, 25, 50)) {
            List<Share> before = split("1", 100 - from, "2", from);
            for (int to : List.of(5, 25, 50, 100)) {
                List<Share> after = split("1", 100 - to, "2", to);
                assertThat(IntStream.range(0, POINTS)
                                .filter(point -> to >= from)
                                .filter(point -> first(before, point).equals("2"))
                                .filter(point -> !first(after, point).equals("2")))
                        .as("moved off when %s became %s %%", from, to)
                        .isEmpty();
            }
        }
    }

    @Test
    void whatCannotBeHadIsDividedByTheOthersWeights() {
        List<Share> split = split("1", 50, "2", 30, "3", 20);
        int toFirst = 0;
        int toThird = 0;
        for (int point = 0; point < POINTS; point++) {
            Draw draw = new Draw(split, (double) point / POINTS);
            if ("2".equals(draw.next())) {
                String next = draw.next();
                toFirst += "1".equals(next) ? 1 : 0;
                toThird += "3".equals(next) ? 1 : 0;
            }
        }
        assertThat(toFirst).isBetween(213, 216);
        assertThat(toThird).isBetween(84, 87);
    }

    @Test
    void everyVersionIsGivenOnceAndNoneWithoutAWeight() {
        Draw draw = new Draw(split("1", 0, "2", 1, "3", 0, "4", 1), 0.75);
        assertThat(List.of(draw.next(), draw.next())).containsExactly("2", "4");
        assertThat(draw.next()).isNull();
        assertThat(draw.next()).isNull();
    }

    @Test
    void roundingLeavesNobodyOut() {
        List<Share> split = split("1", 0.1, "2", 0.2, "3", 0.7);
        assertThat(new Draw(split, Math.nextDown(1.0)).next()).isEqualTo("1");
    }
}
