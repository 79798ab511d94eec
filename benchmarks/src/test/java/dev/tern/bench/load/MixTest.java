package dev.tern.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.FakeClock;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Part;
import dev.tern.bench.measure.Steps;
import dev.tern.bench.measure.Tally;
import dev.tern.bench.measure.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class MixTest {
    private final FakeClock clock = new FakeClock();
    private final Window window = new Window(clock.getAsLong(), Long.MAX_VALUE, 10_000);
    private final Part first = Part.ofSeveral(window, Long.MAX_VALUE);
    private final Part second = Part.ofSeveral(window, Long.MAX_VALUE);
    private final FakeEndpoint toFirst = FakeEndpoint.answeringAtOnce();
    private final FakeEndpoint toSecond = FakeEndpoint.answeringAtOnce();
    private final Tally tally = new Tally(window, Long.MAX_VALUE);

    @Test
    void requestsAreSharedOutByWeightAndCountedByModel() {
        Measurement whole = run(3, 1);
        assertThat(whole.sent()).isEqualTo(10_000);
        assertThat(toFirst.sent()).isBetween(7_370, 7_630);
        assertThat(toFirst.sent() + toSecond.sent()).isEqualTo(10_000);
        assertThat(first.take(whole).sent()).isEqualTo(toFirst.sent());
        assertThat(second.take(whole).answered()).isEqualTo(toSecond.sent());
        assertThat(second.take(whole).nanos()).isEqualTo(whole.nanos());
        assertThat(first.rowsInWindow()).isEqualTo(toFirst.sent());
    }

    @Test
    void theChoiceIsTheSeeds() {
        run(1, 1);
        int sent = toFirst.sent();
        MixTest again = new MixTest();
        again.run(1, 1);
        assertThat(again.toFirst.sent()).isEqualTo(sent);
    }

    private Measurement run(double firstWeight, double secondWeight) {
        List<Source> sources =
                List.of(Bench.source(List.of(toFirst), first, 0), Bench.source(List.of(toSecond), second, 1));
        Mix mix = Mix.of(sources, List.of(firstWeight, secondWeight), 1);
        Traffic traffic = new Traffic(mix, window, tally, Steps.NONE, clock);
        return tally.take(traffic.maxInFlight(), new ClosedLoop(traffic, 2).run());
    }
}
