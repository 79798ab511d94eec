package dev.tern.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.bench.target.TargetException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopSignalTest {
    private final StopSignal stop = new StopSignal();
    private final List<String> ended = new ArrayList<>();

    @Test
    void whatIsUnderWayIsEndedAndWhatIsOverIsNot() {
        int result = stop.during(() -> ended.add("over"), () -> 7);
        assertThat(result).isEqualTo(7);
        stop.during(() -> ended.add("server"), () -> stop.during(() -> ended.add("load"), this::told));
        assertThat(ended).containsExactly("server", "load");
        assertThat(stop.isStopped()).isTrue();
    }

    @Test
    void whatIsBegunAfterwardsIsEndedAtOnce() {
        stop.stop();
        List<String> seen = stop.during(() -> ended.add("late"), () -> List.copyOf(ended));
        assertThat(seen).containsExactly("late");
    }

    @Test
    void whatFailsBecauseOfItFailsForThatReason() {
        TargetException failure = new TargetException("nobody there");
        assertThat(stop.reason(failure)).isEqualTo("nobody there");
        stop.stop();
        assertThat(stop.reason(failure)).isEqualTo("it was interrupted");
    }

    @Test
    void workThatWasEndedEarlyHasNoResult() {
        assertThat(stop.<Integer, RuntimeException>unlessStopped(() -> {}, () -> 7))
                .isEqualTo(7);
        assertThatThrownBy(() -> stop.unlessStopped(() -> {}, this::told))
                .isInstanceOf(TargetException.class)
                .hasMessage("it was interrupted");
    }

    private int told() {
        stop.stop();
        return 1;
    }
}
