package dev.tern.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.measure.Window.Phase;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WindowTest {
    @Test
    void measuresFromItsStartToBeforeItsEnd() {
        Window window = new Window(100, 50, Long.MAX_VALUE);
        assertThat(window.admit(99)).isEqualTo(Phase.WARM_UP);
        assertThat(window.admit(100)).isEqualTo(Phase.MEASURED);
        assertThat(window.admit(149)).isEqualTo(Phase.MEASURED);
        assertThat(window.admit(150)).isEqualTo(Phase.OVER);
        assertThat(window.taken()).isEqualTo(2);
        assertThat(window.isOver(149)).isFalse();
        assertThat(window.isOver(150)).isTrue();
    }

    @Test
    void tellsOnceWhenTheFirstRequestIsMeasured() {
        AtomicInteger told = new AtomicInteger();
        Window window = new Window(100, 50, 1, told::incrementAndGet);
        window.admit(99);
        assertThat(told).hasValue(0);
        window.admit(100);
        window.admit(101);
        assertThat(told).hasValue(1);
    }

    @Test
    void theLimitEndsItToo() {
        Window window = new Window(100, Long.MAX_VALUE, 2);
        assertThat(window.admit(0)).isEqualTo(Phase.WARM_UP);
        assertThat(window.admit(100)).isEqualTo(Phase.MEASURED);
        assertThat(window.isExhausted()).isFalse();
        assertThat(window.admit(101)).isEqualTo(Phase.MEASURED);
        assertThat(window.isExhausted()).isTrue();
        assertThat(window.isOver(101)).isTrue();
        assertThat(window.admit(102)).isEqualTo(Phase.OVER);
        assertThat(window.taken()).isEqualTo(2);
    }

    @Test
    void closingEndsItEarlierNeverLater() {
        Window window = new Window(100, 50, Long.MAX_VALUE);
        window.close(120);
        window.close(130);
        assertThat(window.nanos()).isEqualTo(20);
        assertThat(window.admit(120)).isEqualTo(Phase.OVER);
        assertThat(window.contains(119)).isTrue();
    }

    @Test
    void closedInTheWarmUpItIsEmpty() {
        Window window = new Window(100, 50, Long.MAX_VALUE);
        window.close(40);
        assertThat(window.nanos()).isZero();
        assertThat(window.isOver(40)).isTrue();
        assertThat(window.admit(30)).isEqualTo(Phase.WARM_UP);
        assertThat(window.contains(110)).isFalse();
    }

    @Test
    void theClockMayBeNegativeAndOverflow() {
        Window window = new Window(Long.MAX_VALUE - 10, 50, Long.MAX_VALUE);
        assertThat(window.admit(Long.MIN_VALUE + 10)).isEqualTo(Phase.MEASURED);
        assertThat(window.admit(Long.MIN_VALUE + 60)).isEqualTo(Phase.OVER);
    }
}
