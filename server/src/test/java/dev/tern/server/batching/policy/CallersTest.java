package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.policy.ServerModel.Fixed;
import dev.tern.server.batching.policy.ServerModel.Rule;
import java.util.function.LongBinaryOperator;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class CallersTest {
    private static final LongBinaryOperator RUN = ServerModel.affine(1_000_000, 50_000);

    private final Callers callers = new Callers();

    private final class Watching implements Rule {
        private final Rule rule = new Fixed(0, 0);

        @Override
        public long goAt(int rows, long oldest, long now) {
            return rule.goAt(rows, oldest, now);
        }

        @Override
        public int cap(int rows, long now) {
            return rule.cap(rows, now);
        }

        @Override
        public void arrived(long now) {
            callers.arrived(now);
        }

        @Override
        public void ran(int rows, long start, long end) {
            callers.answered(rows, end);
        }
    }

    @Test
    void arrivalsThatKnowNothingOfEachOtherAreOpen() {
        for (double perSecond : new double[] {500, 5_000, 13_000}) {
            new ServerModel(1, 64, RUN, new Watching()).open(ServerModel.poisson(perSecond, 5_000, 1));
            assertThat(callers.take().closed()).as("at %f rows/s", perSecond).isFalse();
        }
    }

    @Test
    void burstsAreOpen() {
        new ServerModel(1, 64, RUN, new Watching()).open(ServerModel.bursts(1_000, 32, 500_000, 3_200, 1));
        assertThat(callers.take().closed()).isFalse();
    }

    @Test
    void countsCallersWhoWaitForTheirAnswers() {
        new ServerModel(1, 64, RUN, new Watching()).closed(8, 200_000, 1_000_000_000);
        Callers.Population population = callers.take();

        assertThat(population.callers()).isEqualTo(8);
        assertThat(population.thinkNanos()).isCloseTo(200_000, Percentage.withPercentage(20));
    }

    @Test
    void isOpenWhileNothingIsAnswered() {
        for (int i = 0; i < 1000; i++) {
            callers.arrived(i);
        }
        assertThat(callers.take().closed()).isFalse();
    }

    @Test
    void keepsItsMindWhileThereAreFewAnswers() {
        long now = 0;
        for (int i = 0; i < 100; i++) {
            callers.arrived(now);
            callers.arrived(now);
            callers.arrived(now);
            now += 1_000_000;
            callers.answered(3, now);
        }
        assertThat(callers.take().callers()).isEqualTo(3);

        callers.arrived(now);
        assertThat(callers.take().callers()).isEqualTo(3);
    }
}
