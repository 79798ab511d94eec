package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.Call;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.RecordingReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingListTest {
    private static final long NOW = -1_000;

    private final List<Entry> entries = new ArrayList<>();

    @Test
    void windowHoldsWhatCanFillBatchAndOneMore() {
        WaitingList waiting = list(8, 1, 20);
        waiting.refresh(NOW, 20);
        assertThat(waiting.size()).isEqualTo(9);
        assertThat(waiting.held()).isEqualTo(20);
    }

    @Test
    void windowOfRequestsWithoutRowsIsBoundedToo() {
        WaitingList waiting = list(8, 0, 20);
        waiting.refresh(NOW, 20);
        assertThat(waiting.size()).isEqualTo(9);
    }

    @Test
    void windowOfModelThatDoesNotBatchHoldsOne() {
        WaitingList waiting = list(0, 1, 20);
        waiting.refresh(NOW, 20);
        assertThat(waiting.size()).isOne();
    }

    @Test
    void deadInTheWindowMakeRoomForTheNext() {
        WaitingList waiting = list(2, 1, 6);
        waiting.refresh(NOW, 6);
        entries.subList(0, 4).forEach(Entry::cancel);
        waiting.refresh(NOW, 2);
        assertThat(waiting.removeFirst(2)).isEqualTo(entries.subList(4, 6));
        assertThat(waiting.isEmpty()).isTrue();
    }

    @Test
    void manyDeadBehindTheWindowAreNotKept() {
        WaitingList waiting = list(2, 1, 200);
        waiting.refresh(NOW, 200);
        entries.subList(10, 200).forEach(Entry::cancel);
        waiting.refresh(NOW, 10);
        assertThat(waiting.held()).isEqualTo(10);
    }

    @Test
    void deadAreHandedOverOnce() {
        WaitingList waiting = list(2, 1, 3);
        entries.get(1).cancel();
        waiting.removeDead(NOW);
        assertThat(waiting.takeDead()).containsExactly(entries.get(1));
        assertThat(waiting.takeDead()).isEmpty();
    }

    @Test
    void earliestDeadlineIsFoundInWindowAndBehindIt() {
        WaitingList waiting = list(1, 1, 5);
        waiting.refresh(NOW, 5);
        assertThat(waiting.earliestDeadlineNanos()).isEqualTo(Call.NO_DEADLINE);
        waiting.add(entry(FakeCall.until(NOW + 70), 1));
        assertThat(waiting.earliestDeadlineNanos()).isEqualTo(NOW + 70);
        waiting.removeFirst(2);
        waiting.add(entry(FakeCall.until(NOW + 90), 1));
        waiting.refresh(NOW, 5);
        assertThat(waiting.earliestDeadlineNanos()).isEqualTo(NOW + 70);
        assertThat(waiting.removeAll()).hasSize(5);
        assertThat(waiting.isEmpty()).isTrue();
    }

    private WaitingList list(int maxRows, int rows, int count) {
        WaitingList waiting = new WaitingList(maxRows);
        for (int i = 0; i < count; i++) {
            Entry entry = entry(FakeCall.patient(), rows);
            entries.add(entry);
            waiting.add(entry);
        }
        return waiting;
    }

    private static Entry entry(Call call, int rows) {
        return new Entry(Rig.request(call, new float[rows]), new RecordingReply(), rows, "alike", NOW, () -> {});
    }
}
